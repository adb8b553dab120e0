//! The memory limit of this process's control group, of version 1 or 2.
//!
//! `/proc/self/cgroup` names the groups of the process, and `/proc/self/mountinfo` the folders where their hierarchies
//! are mounted. A machine may have both versions; the memory controller belongs to one of them.

use std::fs;
use std::path::{Path, PathBuf};

/// A hierarchy of control groups with a memory controller.
#[derive(Debug, PartialEq, Eq)]
struct Hierarchy {
    /// The folder where it is mounted.
    top: PathBuf,
    /// The process's group.
    group: PathBuf,
    /// The file of a group that holds its limit.
    file: &'static str,
}

/// Reads the smallest limit from the process's group upwards, in bytes; `None` if there is none.
pub(super) fn limit() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    mounts.lines().filter_map(|mount| Hierarchy::of(mount, &groups)).filter_map(|it| it.limit()).min()
}

impl Hierarchy {
    /// Reads a line of `mountinfo` (proc_pid_mountinfo(5)) and the process's groups. Returns `None` for other mounts.
    fn of(mount: &str, groups: &str) -> Option<Self> {
        let (place, kind) = mount.split_once(" - ")?;
        let mut place = place.split(' ').skip(3);
        let (root, top) = (place.next()?, PathBuf::from(place.next()?));
        let mut kind = kind.split(' ');
        let (name, controllers) = (kind.next()?, kind.nth(1)?);
        let is_of_memory = |list: &str| list.split(',').any(|controller| controller == "memory");
        let mut groups =
            groups.lines().filter_map(|line| line.splitn(3, ':').skip(1).collect::<Vec<_>>().try_into().ok());
        let (group, file) = match name {
            "cgroup2" => (groups.find_map(|[list, path]: [&str; 2]| list.is_empty().then_some(path))?, "memory.max"),
            "cgroup" if is_of_memory(controllers) => {
                (groups.find_map(|[list, path]| is_of_memory(list).then_some(path))?, "memory.limit_in_bytes")
            }
            _ => return None,
        };
        // A container may see its group's path from the outside, and its group alone as the mounted root.
        let below = Path::new(group).strip_prefix(root).unwrap_or(Path::new(""));
        let group = top.join(below.strip_prefix("/").unwrap_or(below));
        Some(Self { top, group, file })
    }

    fn limit(&self) -> Option<u64> {
        let groups = self.group.ancestors().take_while(|group| group.starts_with(&self.top));
        // Without a limit, version 2 has the text `max`, and version 1 a number above all memory.
        groups.filter_map(|group| fs::read_to_string(group.join(self.file)).ok()?.trim().parse().ok()).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(mount: &str, groups: &str) -> Option<(String, &'static str)> {
        Hierarchy::of(mount, groups).map(|found| (found.group.display().to_string(), found.file))
    }

    #[test]
    fn the_group_of_either_version_is_found_where_it_is_mounted() {
        let one = "36 32 0:31 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory";
        let cpu = "36 32 0:31 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct";
        let two = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";
        let beside = "42 32 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw";
        let groups = "12:cpu,cpuacct:/c\n9:memory:/a/b\n1:name=systemd:/s\n0::/u:v\n";

        let of_one = Some(("/sys/fs/cgroup/memory/a/b".to_owned(), "memory.limit_in_bytes"));
        assert_eq!(found(one, groups), of_one);
        assert_eq!(found(cpu, groups), None);
        assert_eq!(found(two, groups), Some(("/sys/fs/cgroup/u:v".to_owned(), "memory.max")));
        assert_eq!(found(beside, groups), Some(("/sys/fs/cgroup/unified/u:v".to_owned(), "memory.max")));
        assert_eq!(found("22 1 8:1 / / rw - ext4 /dev/sda1 rw", groups), None);
    }

    #[test]
    fn a_container_finds_its_group_at_the_root_of_what_is_mounted() {
        let mount = "36 32 0:31 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory";
        let file = "memory.limit_in_bytes";

        for (group, found_at) in [("/docker/abc", ""), ("/docker/abc/child", "/child"), ("/", ""), ("/elsewhere", "")] {
            let found_at = format!("/sys/fs/cgroup/memory{found_at}");
            let found = Hierarchy::of(mount, &format!("9:memory:{group}\n")).expect("it has a memory controller");
            assert_eq!(found.group.components().collect::<PathBuf>(), PathBuf::from(found_at), "{group}");
            assert_eq!(found.file, file);
        }
    }

    #[test]
    fn the_smallest_limit_upwards_holds() {
        let folder = tempfile::TempDir::new().expect("there is room for a temporary folder");
        let top = folder.path().to_owned();
        let group = top.join("a/b");
        fs::create_dir_all(&group).expect("the folder is new");
        let write = |below: &str, text: &str| fs::write(top.join(below).join("memory.max"), text).expect("it is there");
        let limit = || Hierarchy { top: top.clone(), group: group.clone(), file: "memory.max" }.limit();

        assert_eq!(limit(), None);
        write("a/b", "max\n");
        assert_eq!(limit(), None);
        write("a", "805306368\n");
        assert_eq!(limit(), Some(768 << 20));
        write("a/b", "9223372036854771712\n");
        assert_eq!(limit(), Some(768 << 20));
    }
}
