//! Tests of children that run at the same time.

use futures_util::future::join_all;

use super::*;

#[tokio::test]
async fn no_more_children_run_at_once_than_set() {
    let folder = TempDir::new().expect("a temporary folder");
    let lock = folder.path().join("lock");
    // Creating a folder fails if it exists: so would the second of two concurrent children.
    let scripted =
        scripted(&format!("mkdir {0} || exit 1; cat; rmdir {0}", lock.display())).with(|settings| settings.at_once = 1);
    let compiler = Compiler::new(scripted.settings.clone());
    scripted.compile(b"component").await.expect("the script can be started from now on");

    let compiled = join_all((0..4).map(|_| compile(&compiler, b"component"))).await;

    assert!(compiled.iter().all(Result::is_ok), "{compiled:?}");
}

#[tokio::test]
async fn children_that_hang_delay_another_file_for_a_while_at_most() {
    let scripted = scripted("if [ \"$(cat)\" = hang ]; then exec sleep 3600; fi; echo done")
        .with(|settings| settings.time = Duration::from_secs(600));
    scripted.compile(b"component").await.expect("the script can be started from now on");
    let compiler = Compiler::new(scripted.settings.clone());
    let hang = ["one", "two", "three"].map(|plugin| compile_as(plugin, &compiler, b"hang"));

    let compiled = tokio::select! {
        biased;
        _ = join_all(hang) => panic!("they hang"),
        compiled = timeout(Duration::from_secs(60), compile(&compiler, b"component")) => compiled,
    };

    assert_eq!(compiled.expect("its turn comes").expect("it compiles"), b"done\n");
}
