//! The queue of tasks that are ready to run: plugins take turns, and the tasks of each are first in, first out.

use std::collections::VecDeque;
use std::sync::Arc;

use super::flow::Flow;

/// An entry of the queue: work of one plugin.
pub(super) trait Runnable {
    fn flow(&self) -> &Arc<Flow>;
}

/// Tasks that are ready to run.
pub(super) struct RunQueue<T> {
    /// Cancelled tasks. They only release what they hold, so they do not wait for a turn.
    cancelled: VecDeque<Arc<T>>,
    /// Plugins with tasks, in the order of their turns.
    flows: VecDeque<(Arc<Flow>, VecDeque<Arc<T>>)>,
    /// The most replaced threads that a plugin may occupy when a task of its gets its turn.
    most_stuck: usize,
}

impl<T: Runnable> RunQueue<T> {
    pub(super) fn new(most_stuck: usize) -> Self {
        Self { cancelled: VecDeque::new(), flows: VecDeque::new(), most_stuck }
    }

    /// Appends a task to those of its plugin.
    pub(super) fn push(&mut self, task: Arc<T>) {
        match self.flows.iter_mut().find(|(flow, _)| Arc::ptr_eq(flow, task.flow())) {
            Some((_, tasks)) => tasks.push_back(task),
            None => self.flows.push_back((Arc::clone(task.flow()), VecDeque::from([task]))),
        }
    }

    /// Adds a cancelled task.
    pub(super) fn push_cancelled(&mut self, task: Arc<T>) {
        self.cancelled.push_back(task);
    }

    /// Returns a cancelled task, or else the first of the plugin whose turn it is. A plugin that occupies too many
    /// replaced threads is passed over.
    pub(super) fn pop(&mut self) -> Option<Arc<T>> {
        if let Some(task) = self.cancelled.pop_front() {
            return Some(task);
        }
        let turn = self.flows.iter().position(|(flow, _)| flow.stuck() < self.most_stuck)?;
        let (flow, mut tasks) = self.flows.remove(turn)?;
        let task = tasks.pop_front();
        if !tasks.is_empty() {
            self.flows.push_back((flow, tasks));
        }
        task
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Named(Arc<Flow>, &'static str);

    impl Runnable for Named {
        fn flow(&self) -> &Arc<Flow> {
            &self.0
        }
    }

    fn order(queue: &mut RunQueue<Named>) -> String {
        std::iter::from_fn(|| queue.pop()).map(|task| task.1).collect()
    }

    fn queue_of(tasks: &[(&Arc<Flow>, &'static str)]) -> RunQueue<Named> {
        let mut queue = RunQueue::new(1);
        tasks.iter().for_each(|(flow, name)| queue.push(Arc::new(Named(Arc::clone(flow), name))));
        queue
    }

    #[test]
    fn plugins_take_turns_however_many_tasks_each_has() {
        let [one, other] = [(); 2].map(|()| Arc::new(Flow::default()));
        let mut queue = queue_of(&[(&one, "a"), (&one, "b"), (&one, "c"), (&other, "x"), (&other, "y")]);

        assert_eq!(order(&mut queue), "axbyc");
    }

    #[test]
    fn a_plugin_that_occupies_its_share_of_stuck_threads_waits_and_its_neighbour_does_not() {
        let [stuck, other] = [(); 2].map(|()| Arc::new(Flow::default()));
        let mut queue = queue_of(&[(&stuck, "a"), (&other, "x")]);
        stuck.took_thread();

        assert_eq!(order(&mut queue), "x");

        stuck.gave_thread();
        assert_eq!(order(&mut queue), "a");
    }

    #[test]
    fn a_cancelled_task_releases_what_it_holds_before_any_turn() {
        let stuck = Arc::new(Flow::default());
        let mut queue = queue_of(&[(&stuck, "a")]);
        stuck.took_thread();

        queue.push_cancelled(Arc::new(Named(Arc::clone(&stuck), "cancelled")));

        assert_eq!(order(&mut queue), "cancelled");
    }
}
