//! The global allocator of plugins for `wasm32-unknown-unknown`.
//!
//! That of the standard library leaves the memory that a component starts with unused and grows it instead, 64 KiB at a time.
//! Growing memory costs more than a brief call. The same allocator in its newer release begins with that memory.

#![expect(unsafe_code, reason = "allocators are unsafe to write")]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;

use dlmalloc::Dlmalloc;

/// Bytes by which memory grows at least, once what it starts with is used up. Near the limit of its memory a call may
/// fail for that much earlier.
const STEP: usize = 1 << 20;

#[global_allocator]
static ALLOCATOR: PluginAllocator = PluginAllocator(UnsafeCell::new(begin()));

/// Dlmalloc, which starts with the memory from the end of the data (`__heap_base`) to the end of the initial memory.
struct PluginAllocator(UnsafeCell<Dlmalloc>);

const fn begin() -> Dlmalloc {
    let mut dlmalloc = Dlmalloc::new();
    assert!(dlmalloc.set_granularity(STEP), "it is a power of two");
    dlmalloc
}

// Threads would share it without a lock.
#[cfg(target_feature = "atomics")]
compile_error!("insight-sdk has no allocator for several threads: build without `atomics`, as the host has no threads");

// SAFETY: modules without `atomics` have one thread, so no two threads reach the allocator.
unsafe impl Sync for PluginAllocator {}

impl PluginAllocator {
    /// Runs one operation.
    fn with<T>(&self, operation: impl FnOnce(&mut Dlmalloc) -> T) -> T {
        // SAFETY: nothing else refers to the allocator meanwhile. There is one thread; this function and its callers are
        // private, and what they pass calls `Dlmalloc` alone, which calls nothing outside of its crate but `memory.grow`.
        // If a call panicked, which it does not in the state that the contract of `GlobalAlloc` leaves it in, the panic
        // would end the sandbox.
        operation(unsafe { &mut *self.0.get() })
    }
}

// SAFETY: `Dlmalloc` returns blocks of this size and alignment that no other block overlaps, or null; it does not unwind, as
// panics of this target abort. It takes its memory from `__heap_base` to `__heap_end`, which the linker leaves to the
// allocator, and from `memory.grow`. This is the one global allocator, so each block that it is given back is its own.
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
