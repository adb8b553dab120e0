//! Release of large sandboxes, on a thread of its own.
//!
//! Returning the pages of a large memory takes the kernel milliseconds, in which it locks the process's address space. A
//! thread that gives way to all others would hold that lock for as long as it waits for a core, and meanwhile no other
//! call could begin or end. So large sandboxes are released on a thread that always gets a part of a core.

use std::any::Any;
use std::sync::mpsc::{self, Receiver, Sender};
use std::{io, thread};

use net::scheduling::give_way_a_little;

/// The bytes of guest memory from which a sandbox is large.
pub(super) const LARGE: usize = 8 << 20;

/// The thread's niceness: a tenth of a core that others need, and all of an idle one.
const NICENESS: i32 = 10;

/// What a call leaves behind.
type Remains = Box<dyn Any + Send>;

/// A thread that drops the remains of calls. It ends once nobody can send it any.
#[derive(Clone)]
pub(super) struct Releaser(Sender<Remains>);

impl Releaser {
    /// Starts the thread.
    pub(super) fn start() -> io::Result<Self> {
        let (sender, receiver): (_, Receiver<Remains>) = mpsc::channel();
        thread::Builder::new().name("guest-release".to_owned()).spawn(move || {
            give_way_a_little(NICENESS);
            receiver.into_iter().for_each(drop);
        })?;
        Ok(Self(sender))
    }

    /// Drops `remains` on the thread.
    pub(super) fn release(&self, remains: impl Send + 'static) {
        // Without the thread they are dropped here.
        let _ = self.0.send(Box::new(remains));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::Sender;

    use super::*;

    /// Sends the name of the thread that drops it.
    struct Witness(Sender<Option<String>>);

    impl Drop for Witness {
        fn drop(&mut self) {
            let _ = self.0.send(thread::current().name().map(str::to_owned));
        }
    }

    #[test]
    fn remains_are_dropped_on_the_thread_for_it() {
        let releaser = Releaser::start().expect("a thread is to be had");
        let (sender, receiver) = mpsc::channel();

        releaser.release(Witness(sender));

        assert_eq!(receiver.recv().expect("it is dropped").as_deref(), Some("guest-release"));
    }
}
