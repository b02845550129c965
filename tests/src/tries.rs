//! How often a promise is tried: a bounded number in every run, as often as it is made for by `make promises`.

/// The number of tries: `UTFALL_TEST_TRIES=full` asks for all of them.
pub fn tries(bounded: usize, full: usize) -> usize {
    if is_full() { full } else { bounded }
}

/// Whether all tries are asked for.
pub fn is_full() -> bool {
    std::env::var("UTFALL_TEST_TRIES").is_ok_and(|asked| asked == "full")
}
