//! Durations, their medians, and how they are shown.

use std::time::Duration;

/// What one act took, round by round.
#[derive(Debug, Default)]
pub struct Samples(Vec<Duration>);

impl Samples {
    /// Takes one more.
    pub fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    /// The one in the middle, in milliseconds.
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).map_or(0.0, |took| took.as_secs_f64() * 1e3)
    }

    fn extremes(&self) -> (f64, f64) {
        let of = |took: Option<&Duration>| took.map_or(0.0, |took| took.as_secs_f64() * 1e3);
        (of(self.0.iter().min()), of(self.0.iter().max()))
    }
}

/// A bar: at most so many times what it is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Bar<'a> {
    /// What it is compared with.
    pub of: &'a str,
    /// Its median, in milliseconds.
    pub median: f64,
    /// The most that the ratio may be.
    pub most: f64,
}

/// The head of the table.
pub fn heading(title: &str) {
    println!("\n{title}");
    println!("  {:<38} {:>8} {:>17} {:>9}  ratio", "median of the rounds", "ms", "(least - most)", "rows/s");
}

/// One line of the table; says whether the bar holds.
pub fn line(name: &str, samples: &Samples, rows: u32, bar: Option<Bar<'_>>) -> bool {
    let (median, (least, most)) = (samples.median(), samples.extremes());
    let speed = f64::from(rows) / median * 1e3;
    print!("  {name:<38} {median:>8.0} {:>17} {speed:>9.0}", format!("({least:.0} - {most:.0})"));
    let Some(bar) = bar else {
        println!();
        return true;
    };
    let ratio = median / bar.median;
    let holds = ratio <= bar.most;
    println!("  {ratio:.2} x {} (bar {:.1}: {})", bar.of, bar.most, if holds { "held" } else { "MISSED" });
    holds
}
