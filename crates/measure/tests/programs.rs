//! Programs that serve several contenders, and what the death of one costs the others.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use breakeven_measure::process::Halt;
use breakeven_measure::program::{Program, ProgramContender, ProgramError, ProgramPool};
use breakeven_measure::protocol::WorkerCommand;
use breakeven_problem::{
    About, Answer, Contender as _, Contract, Data, Distribution, Failure, InputForm, Prepared, Workload,
};

/// Answers 1.0, knows the slots that were prepared, dies when it is to run 13 loops, and says that 16 have spoilt it. A
/// call on input 1 takes 30 ms by its clock.
const SHELL: &str = r#"
slots=" "
slot() { slot=${line#*\"slot\":}; slot=${slot%%[,\}]*}; }
while read -r line; do
  case $line in
    *'"hello"'*) echo '{"reply": "hello", "protocol": 1, "name": "sh"}' ;;
    *'"prepare"'*) slot; slots="$slots$slot "; echo '{"reply": "done"}' ;;
    *'"run"'*)
      slot
      case $line in *'"loops":13,'*) kill -SEGV $$ ;; esac
      case $line in *'"loops":14,'*) sleep 1000 & wait ;; esac
      case $line in *'"loops":16,'*) echo '{"reply": "failed", "reason": "spoilt", "spoilt": true}'; continue ;; esac
      case $line in *'"input":1,'*) sleep 0.04; echo '{"reply": "ran", "ns": 30000000}'; continue ;; esac
      case $line in *'"loops":15,'*) head -c 3000000 /dev/zero | tr '\0' x; echo; continue ;; esac
      case $slots in
        *" $slot "*) echo "$line" >&2; echo '{"reply": "ran", "ns": 1000}' ;;
        *) echo '{"reply": "failed", "reason": "no such slot"}' ;;
      esac ;;
    *'"answer"'*)
      path=${line#*\"path\":\"}
      printf '\0\0\0\0\0\0\360\077' >"${path%%\"*}"
      echo '{"reply": "done"}' ;;
    *'"drop"'*) echo '{"reply": "done"}' ;;
  esac
done
"#;

fn program(folder: &Path) -> Program {
    let command = WorkerCommand { program: "sh".into(), arguments: vec!["-c".into(), SHELL.into()] };
    Program::new(command, folder.to_owned())
}

fn prepare(program: &Arc<Program>, id: &str) -> Box<dyn Prepared> {
    let about = About {
        id: id.to_owned(),
        summary: "",
        input: InputForm::List,
        contract: Contract::Peer(&[]),
        threads: 1,
    };
    let inputs: Arc<[Data]> = [Data::Series(vec![1.0; 4]), Data::Series(vec![2.0; 4])].into();
    let workload = Workload::whole(Distribution::Uniform, 4, "test");
    let contender = ProgramContender::of(about, Arc::clone(program), serde_json::json!({}));
    contender.prepare(&workload, &inputs).unwrap()
}

#[test]
fn one_contender_that_brings_its_program_down_costs_the_others_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let program = Arc::new(program(folder.path()));
    let (mut crashes, mut other) = (prepare(&program, "python/crashes"), prepare(&program, "python/other"));
    other.run(0, 1).unwrap();
    let died = crashes.run(0, 13).unwrap_err();
    assert!(died.0.contains("SIGSEGV"), "{died:?}");
    assert_eq!(other.answer().unwrap(), Answer::Value(1.0), "its answer died with the program");
    assert!(crashes.run(0, 13).is_err());
    other.run(0, 4).unwrap();
    assert_eq!((other.own_ns(), other.answer().unwrap()), (Some(1000), Answer::Value(1.0)));
}

#[test]
fn one_contender_that_spoils_its_process_costs_the_others_a_restart_only() {
    let folder = tempfile::tempdir().unwrap();
    let pool = ProgramPool::default();
    let command = WorkerCommand { program: "sh".into(), arguments: vec!["-c".into(), SHELL.into()] };
    let program = pool.program(&command, folder.path());
    assert!(Arc::ptr_eq(&program, &pool.program(&command, folder.path())), "one process for one command");
    let other_command = WorkerCommand { program: "bash".into(), ..command };
    assert!(!Arc::ptr_eq(&program, &pool.program(&other_command, folder.path())));
    let (mut spoils, mut other) = (prepare(&program, "user/spoils"), prepare(&program, "user/other"));
    other.run(0, 1).unwrap();
    assert_eq!(spoils.run(0, 16), Err(Failure("spoilt".to_owned())));
    assert!(!program.runs(), "nothing is timed in a spoilt process");
    other.run(0, 1).unwrap();
    assert_eq!(other.answer().unwrap(), Answer::Value(1.0));
}

#[test]
fn a_batch_is_preceded_by_untimed_calls_unless_nothing_is_known_or_a_call_is_long() {
    let folder = tempfile::tempdir().unwrap();
    let program = Arc::new(program(folder.path()));
    let mut prepared = prepare(&program, "user/any");
    // what is known of a call is what the last run took: 1 us, 1 us, 30 ms
    for (input, loops) in [(0, 1), (0, 1), (1, 1), (0, 2)] {
        prepared.run(input, loops).unwrap();
    }
    let printed = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let printed: String =
        printed.filter(|path| path.display().to_string().contains("program-output")).map(read).collect();
    let settled: Vec<&str> = printed.lines().filter_map(|line| line.split("\"settle_ns\":").nth(1)).collect();
    assert_eq!(settled, ["0}", "100000}", "0}"], "{printed}");
}

fn read(path: std::path::PathBuf) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_program_that_takes_too_long_is_ended_with_its_children_and_it_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let program = Arc::new(program(folder.path()).by_itself(&Halt::default()));
    let mut hangs = prepare(&program, "user/hangs");
    // its child holds the pipe: nothing would end before that does
    let late = program.within(Duration::from_secs(1), || hangs.run(0, 14)).unwrap_err();
    assert_eq!(late.0, "took longer than 1 s");
    assert!(!program.runs());
}

#[test]
fn a_reply_without_end_is_not_listened_to() {
    let folder = tempfile::tempdir().unwrap();
    let program = Arc::new(program(folder.path()));
    let mut talks = prepare(&program, "user/talks");
    let failure = talks.run(0, 15).unwrap_err();
    assert!(failure.0.contains("which is no reply"), "{failure:?}");
    assert!(!program.runs());
}

#[test]
fn a_program_that_cannot_be_started_is_absent() {
    let folder = tempfile::tempdir().unwrap();
    let command = WorkerCommand { program: "/nonexistent/program".into(), arguments: Vec::new() };
    let none = Program::new(command, folder.path().to_owned());
    assert!(matches!(none.name(), Err(ProgramError::Absent(_))), "{:?}", none.name());
}
