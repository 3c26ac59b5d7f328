//! By how much does a call raise the memory of its process?
//!
//! The most memory that was resident during the call, less what was resident before it. The system counts pages, and on
//! recent kernels to about 256 KiB, so a small call counts as 0. Memory that the allocator has kept from earlier calls is
//! given back first: otherwise a call that reuses it would look as if it needed none.

use std::fs;

/// Does something, and says by how many bytes it raised the resident memory; `None` where the system does not tell.
pub fn peak_growth<Done>(act: impl FnOnce() -> Done) -> (Done, Option<u64>) {
    give_back();
    // 5 makes what is resident now the most that has been
    let before = fs::write("/proc/self/clear_refs", "5").ok().and_then(|()| resident("VmRSS:"));
    let done = act();
    let after = before.and_then(|_| resident("VmHWM:"));
    (done, after.zip(before).map(|(after, before)| after.saturating_sub(before)))
}

/// A number of bytes in `/proc/self/status`.
fn resident(name: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    Some(1024 * line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?)
}

/// Returns to the system what the allocator keeps for later.
#[cfg(target_env = "gnu")]
#[allow(unsafe_code, reason = "no safe crate offers malloc_trim")]
fn give_back() {
    // SAFETY: malloc_trim may be called at any time and from any thread; it releases only memory that is not in use
    unsafe { nix::libc::malloc_trim(0) };
}

#[cfg(not(target_env = "gnu"))]
fn give_back() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
    fn what_is_allocated_and_freed_during_a_call_is_its_growth() {
        const BYTES: usize = 64 << 20;
        let fill = || drop(std::hint::black_box(vec![1_u8; BYTES]));
        let (seen, much) = (peak_growth(fill).1, BYTES as u64);
        let Some(seen) = seen else {
            println!("skipped: the system does not tell how much memory is resident");
            return;
        };
        assert!((much / 2..2 * much).contains(&seen), "{seen}");
        let (_, again) = peak_growth(fill);
        assert!(again.is_some_and(|again| (much / 2..2 * much).contains(&again)), "{again:?}");
        let (_, little) = peak_growth(|| std::hint::black_box([1_u8; 64]));
        assert!(little.is_some_and(|little| little < much / 2), "{little:?}");
    }
}
