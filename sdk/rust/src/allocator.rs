//! The global allocator of plugins for `wasm32-unknown-unknown`.
//!
//! That of the standard library leaves the memory that a component starts with unused and grows it instead, 64 KiB at a time.
//! Growing memory costs more than a brief call. This is the same allocator, on memory that is there from the start.

#![expect(unsafe_code, reason = "allocators are unsafe to write")]

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32::memory_grow;
use std::cell::{Cell, UnsafeCell};
use std::mem::MaybeUninit;
use std::ptr;

use dlmalloc::Dlmalloc;

/// Bytes of a page of memory.
const PAGE: usize = 64 << 10;

/// Bytes of memory that a plugin starts with beside its stack and its data. Most start with 4 MiB in all.
const INITIAL_HEAP: usize = (3 << 20) - PAGE;

/// Bytes by which memory grows at least, once the initial heap is used up. Near the limit of its memory a call may fail
/// for that much earlier.
const STEP: usize = 1 << 20;

#[global_allocator]
static ALLOCATOR: PluginAllocator =
    PluginAllocator(OneThread(UnsafeCell::new(Dlmalloc::new_with_allocator(Pages { uses_initial: Cell::new(false) }))));

/// It takes no space in a component. The memory that linkers leave behind it, from `__heap_base` on, would do too, but
/// belongs to the standard library's allocator, which libraries may use beside this one.
static HEAP: OneThread<MaybeUninit<[u128; INITIAL_HEAP / size_of::<u128>()]>> =
    OneThread(UnsafeCell::new(MaybeUninit::uninit()));

/// A value of a program that has one thread.
struct OneThread<T>(UnsafeCell<T>);

// Threads would share it without a lock.
#[cfg(target_feature = "atomics")]
compile_error!("insight-sdk has no allocator for several threads: build without `atomics`, as the host has no threads");

// SAFETY: a module without `atomics` has one thread, so no two threads reach the value.
unsafe impl<T> Sync for OneThread<T> {}

/// The source of memory: the initial heap, then what memory grows by.
struct Pages {
    uses_initial: Cell<bool>,
}

// SAFETY: each region is at least as large as it is asked for and is returned once: the initial heap because
// `uses_initial` is set, others because `memory.grow` gives pages that were not there before. Nothing else refers to them:
// `HEAP` is named here alone. No region wraps around the end of the address space, and none is ever taken back.
unsafe impl dlmalloc::Allocator for Pages {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        if size <= INITIAL_HEAP && !self.uses_initial.replace(true) {
            return (HEAP.0.get().cast(), INITIAL_HEAP, 0);
        }
        let pages = size.max(STEP).div_ceil(PAGE);
        // `usize::MAX`, which is how memory says that it does not grow, is no page either.
        let begin = memory_grow::<0>(pages).checked_mul(PAGE);
        match begin.filter(|begin| begin.checked_add(pages * PAGE).is_some()) {
            Some(begin) => (ptr::with_exposed_provenance_mut(begin), pages * PAGE, 0),
            None => (ptr::null_mut(), 0, 0),
        }
    }

    fn remap(&self, _: *mut u8, _: usize, _: usize, _: bool) -> *mut u8 {
        ptr::null_mut()
    }

    fn free_part(&self, _: *mut u8, _: usize, _: usize) -> bool {
        false
    }

    fn free(&self, _: *mut u8, _: usize) -> bool {
        false
    }

    fn can_release_part(&self, _: u32) -> bool {
        false
    }

    fn allocates_zeros(&self) -> bool {
        false
    }

    fn page_size(&self) -> usize {
        PAGE
    }
}

struct PluginAllocator(OneThread<Dlmalloc<Pages>>);

impl PluginAllocator {
    /// Runs one operation.
    fn with<T>(&self, operation: impl FnOnce(&mut Dlmalloc<Pages>) -> T) -> T {
        // SAFETY: nothing else refers to the allocator meanwhile. There is one thread, and operations, which are those
        // below, call `Dlmalloc` alone. It calls nothing that allocates: `Pages` does not.
        operation(unsafe { &mut *self.0.0.get() })
    }
}

// SAFETY: `Dlmalloc` returns blocks of this size and alignment that no other block overlaps, or null. It does not unwind,
// as panics of this target abort. This is the one global allocator, so each block that it is given back is its own.
unsafe impl GlobalAlloc for PluginAllocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: any size and alignment of a layout will do.
        self.with(|dlmalloc| unsafe { dlmalloc.malloc(layout.size(), layout.align()) })
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: any size and alignment of a layout will do.
        self.with(|dlmalloc| unsafe { dlmalloc.calloc(layout.size(), layout.align()) })
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller promises that the block is of this allocator and has this layout.
        self.with(|dlmalloc| unsafe { dlmalloc.free(block, layout.size(), layout.align()) });
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller promises that the block is of this allocator and has this layout, and that `size` is valid.
        self.with(|dlmalloc| unsafe { dlmalloc.realloc(block, layout.size(), layout.align(), size) })
    }
}
