//! The queue of tasks that are ready to run. Plugins take turns, within a plugin its callers do, and the tasks of each
//! caller are first in, first out.

use std::collections::VecDeque;
use std::sync::Arc;

use super::flow::{Flow, PluginFlow};

/// An entry of the queue: work of one plugin for one caller.
pub(super) trait Runnable {
    fn flow(&self) -> &Flow;
}

/// Tasks that are ready to run.
pub(super) struct RunQueue<T> {
    /// Cancelled tasks. They only release what they hold, so they do not wait for a turn.
    cancelled: VecDeque<Arc<T>>,
    /// Plugins with tasks, in the order of their turns.
    plugins: VecDeque<PluginTasks<T>>,
    /// The most replaced threads that the calls of a plugin for one caller may occupy when a task of theirs gets its
    /// turn.
    most_stuck: usize,
}

/// The tasks of one plugin that are ready to run.
struct PluginTasks<T> {
    plugin: Arc<PluginFlow>,
    /// Those of each caller, at least one, in the order of the callers' turns.
    callers: VecDeque<VecDeque<Arc<T>>>,
}

impl<T: Runnable> RunQueue<T> {
    pub(super) fn new(most_stuck: usize) -> Self {
        Self { cancelled: VecDeque::new(), plugins: VecDeque::new(), most_stuck }
    }

    /// Appends a task to those of its plugin and caller.
    pub(super) fn push(&mut self, task: Arc<T>) {
        let plugin = task.flow().plugin();
        match self.plugins.iter_mut().find(|tasks| Arc::ptr_eq(&tasks.plugin, plugin)) {
            Some(tasks) => tasks.push(task),
            None => {
                let plugin = Arc::clone(plugin);
                self.plugins.push_back(PluginTasks { plugin, callers: VecDeque::from([VecDeque::from([task])]) });
            }
        }
    }

    /// Adds a cancelled task.
    pub(super) fn push_cancelled(&mut self, task: Arc<T>) {
        self.cancelled.push_back(task);
    }

    /// Returns a cancelled task, or else the first of the plugin and the caller whose turn it is. Those that occupy too
    /// many replaced threads are passed over.
    pub(super) fn pop(&mut self) -> Option<Arc<T>> {
        if let Some(task) = self.cancelled.pop_front() {
            return Some(task);
        }
        let most_stuck = self.most_stuck;
        let (index, task) = (0..self.plugins.len()).find_map(|index| {
            let task = self.plugins[index].pop(most_stuck)?;
            Some((index, task))
        })?;
        let tasks = self.plugins.remove(index)?;
        if !tasks.callers.is_empty() {
            self.plugins.push_back(tasks);
        }
        Some(task)
    }
}

impl<T: Runnable> PluginTasks<T> {
    fn push(&mut self, task: Arc<T>) {
        let caller = task.flow().caller();
        match self.callers.iter_mut().find(|tasks| tasks[0].flow().caller() == caller) {
            Some(tasks) => tasks.push_back(task),
            None => self.callers.push_back(VecDeque::from([task])),
        }
    }

    fn pop(&mut self, most_stuck: usize) -> Option<Arc<T>> {
        let turn = self.callers.iter().position(|tasks| tasks[0].flow().may_run(most_stuck))?;
        let mut tasks = self.callers.remove(turn)?;
        let task = tasks.pop_front();
        if !tasks.is_empty() {
            self.callers.push_back(tasks);
        }
        task
    }
}

#[cfg(test)]
mod tests {
    use admission::CallerKey;

    use super::*;

    struct Named(Flow, &'static str);

    impl Runnable for Named {
        fn flow(&self) -> &Flow {
            &self.0
        }
    }

    /// The calls of a plugin for its first caller and for its second.
    fn flows() -> [Flow; 2] {
        let plugin = Arc::<PluginFlow>::default();
        [1, 2].map(|number| plugin.of(CallerKey::Known(number)))
    }

    fn order(queue: &mut RunQueue<Named>) -> String {
        std::iter::from_fn(|| queue.pop()).map(|task| task.1).collect()
    }

    fn queue_of(tasks: &[(&Flow, &'static str)]) -> RunQueue<Named> {
        let mut queue = RunQueue::new(1);
        tasks.iter().for_each(|(flow, name)| queue.push(Arc::new(Named((*flow).clone(), name))));
        queue
    }

    #[test]
    fn plugins_take_turns_however_many_tasks_each_has() {
        let ([one, _], [other, _]) = (flows(), flows());
        let mut queue = queue_of(&[(&one, "a"), (&one, "b"), (&one, "c"), (&other, "x"), (&other, "y")]);

        assert_eq!(order(&mut queue), "axbyc");
    }

    #[test]
    fn callers_of_a_plugin_take_turns_however_many_tasks_each_has() {
        let ([first, second], [other, _]) = (flows(), flows());
        let mut queue = queue_of(&[(&first, "a"), (&first, "b"), (&first, "c"), (&second, "s"), (&other, "x")]);

        assert_eq!(order(&mut queue), "axsbc");
    }

    #[test]
    fn a_caller_that_occupies_its_share_of_stuck_threads_waits_and_no_other_does() {
        let ([stuck, second], [other, _]) = (flows(), flows());
        let mut queue = queue_of(&[(&stuck, "a"), (&second, "s"), (&other, "x")]);
        stuck.took_thread();

        assert_eq!(order(&mut queue), "sx");

        stuck.gave_thread();
        assert_eq!(order(&mut queue), "a");
    }

    #[test]
    fn a_plugin_that_occupies_its_share_of_stuck_threads_waits_for_all_its_callers() {
        let [first, second] = flows();
        let third = first.plugin().of(CallerKey::Known(3));
        let mut queue = queue_of(&[(&third, "t")]);
        first.took_thread();
        second.took_thread();

        assert_eq!(order(&mut queue), "");

        second.gave_thread();
        assert_eq!(order(&mut queue), "t");
    }

    #[test]
    fn a_cancelled_task_releases_what_it_holds_before_any_turn() {
        let [stuck, _] = flows();
        let mut queue = queue_of(&[(&stuck, "a")]);
        stuck.took_thread();

        queue.push_cancelled(Arc::new(Named(stuck.clone(), "cancelled")));

        assert_eq!(order(&mut queue), "cancelled");
    }
}
