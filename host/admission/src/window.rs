//! How many calls of a plugin run side by side: fewer, if they end too late together.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::slots::Room;

/// The part of a window's calls that may be late before it shrinks.
const LATE: usize = 8;

/// How many calls of one plugin run side by side.
///
/// Work shared by too many is done for nobody: a hundred calls of 200 ms on two cores take ten
/// seconds each, and all are thrown away at their deadlines. So the window shrinks when its calls
/// are late, and grows as they are answered, as TCP's does. Starting over, it doubles with each
/// round up to half of where it failed; from there on it grows by one.
///
/// A plugin that is late with a few calls at once is late by itself, and leaves the window alone.
#[derive(Debug)]
pub(super) struct Window {
    room: Arc<Room>,
    least: usize,
    most: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    size: usize,
    /// Below this it doubles.
    proven: usize,
    /// How often it shrank. Calls of before tell nothing new.
    shrunk: u64,
    /// Calls that ended in this round.
    ended: usize,
    /// Of those, calls that ended too late.
    late: usize,
    /// Whether any was in time since it shrank.
    any_in_time: bool,
}

/// What a call remembers of the window that it began in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp {
    shrunk: u64,
    in_crowd: bool,
}

/// Whose doing it is that a call was late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blame {
    /// Too many at once.
    Crowd,
    /// Its own: hardly any other ran.
    Call,
}

impl Window {
    /// A window over `room`, as wide as that is; never smaller than `least`.
    pub(super) fn new(room: Arc<Room>, least: usize) -> Self {
        let most = room.size();
        let state = State { size: most, proven: most, shrunk: 0, ended: 0, late: 0, any_in_time: false };
        Self { room, least: least.min(most), most, state: Mutex::new(state) }
    }

    /// What a call that begins now has to remember.
    pub(super) fn stamp(&self) -> Stamp {
        Stamp { shrunk: self.state().shrunk, in_crowd: self.is_crowd() }
    }

    /// A call ended within its time.
    pub(super) fn in_time(&self, stamp: Stamp) {
        let mut state = self.state();
        if stamp.shrunk != state.shrunk {
            return;
        }
        state.any_in_time = true;
        let round_is_over = state.end_one();
        // What is not used proves nothing.
        let is_used = self.room.taken() * 2 > state.size;
        if is_used && state.size < self.most && (state.size < state.proven || round_is_over) {
            state.size += 1;
            self.room.resize(state.size);
        }
    }

    /// A call ran into its deadline.
    pub(super) fn late(&self, stamp: Stamp) -> Blame {
        if !stamp.in_crowd && !self.is_crowd() {
            return Blame::Call;
        }
        let mut state = self.state();
        if stamp.shrunk == state.shrunk {
            state.late += 1;
            if state.late * LATE > state.size {
                self.shrink(&mut state);
            } else {
                state.end_one();
            }
        }
        Blame::Crowd
    }

    fn shrink(&self, state: &mut State) {
        let half = (state.size / 2).max(self.least);
        let size = if state.any_in_time { half } else { self.least };
        *state = State { size, proven: half, shrunk: state.shrunk + 1, ended: 0, late: 0, any_in_time: false };
        self.room.resize(size);
    }

    fn is_crowd(&self) -> bool {
        self.room.taken() > self.least
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts a call's end; whether it was the last of a round.
    fn end_one(&mut self) -> bool {
        self.ended += 1;
        let is_over = self.ended >= self.size;
        if is_over {
            (self.ended, self.late) = (0, 0);
        }
        is_over
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use futures_util::FutureExt;

    use super::*;
    use crate::slots::Place;

    const MOST: usize = 64;
    const LEAST: usize = 4;

    fn window() -> Window {
        Window::new(Arc::new(Room::new(MOST)), LEAST)
    }

    /// Takes as many places as there are.
    fn fill(window: &Window) -> Vec<Place> {
        let enter = |_| window.room.enter(Instant::now()).now_or_never()?.ok();
        (0..window.room.size()).filter_map(enter).collect()
    }

    /// Has every call of a full window end, and returns how many there were.
    fn round(window: &Window, is_late: bool) -> usize {
        let places = fill(window);
        let stamp = window.stamp();
        for _ in &places {
            if is_late {
                assert_eq!(window.late(stamp), Blame::Crowd);
            } else {
                window.in_time(stamp);
            }
        }
        places.len()
    }

    #[test]
    fn a_window_of_which_nothing_is_in_time_starts_over() {
        let window = window();

        assert_eq!(round(&window, true), MOST);

        assert_eq!(window.room.size(), LEAST);
    }

    #[test]
    fn a_window_of_which_some_is_late_is_halved_once() {
        let window = window();
        let places = fill(&window);
        let stamp = window.stamp();

        window.in_time(stamp);
        for _ in &places[1..] {
            window.late(stamp);
        }

        assert_eq!(window.room.size(), MOST / 2);
    }

    #[test]
    fn a_few_late_calls_among_many_shrink_nothing() {
        let window = window();

        for _ in 0..20 {
            let places = fill(&window);
            let stamp = window.stamp();
            for number in 0..places.len() {
                if number % 16 == 0 { _ = window.late(stamp) } else { window.in_time(stamp) }
            }
        }

        assert_eq!(window.room.size(), MOST);
    }

    #[test]
    fn it_doubles_up_to_half_of_where_it_failed_and_grows_by_one_from_there() {
        let window = window();
        round(&window, true);

        let sizes: Vec<usize> = (0..6).map(|_| round(&window, false)).collect();

        assert_eq!(sizes, [4, 8, 16, 32, 33, 34]);
    }

    #[test]
    fn a_window_that_is_not_used_does_not_grow() {
        let window = window();
        round(&window, true);

        for _ in 0..MOST {
            window.in_time(window.stamp());
        }

        assert_eq!(window.room.size(), LEAST);
    }

    #[test]
    fn a_call_that_is_late_among_few_has_itself_to_blame() {
        let window = window();
        let _places: Vec<_> = fill(&window).into_iter().take(LEAST).collect();
        let stamp = window.stamp();

        for _ in 0..MOST {
            assert_eq!(window.late(stamp), Blame::Call);
        }

        assert_eq!(window.room.size(), MOST);
    }
}
