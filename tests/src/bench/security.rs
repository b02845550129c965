//! What row-level security costs a read: `pgbench` running the same transaction with it and without it, in turn.

use super::series::load::Measured;
use super::series::pgbench::by_owner;

/// A read with row-level security has at least this share of its speed without.
const SHARE: f64 = 0.9;

/// Does something while no table has row-level security.
pub async fn without<T>(owner_url: &str, work: impl Future<Output = T>) -> T {
    by_owner(owner_url, &every_table("DISABLE")).await;
    let done = work.await;
    by_owner(owner_url, &every_table("ENABLE")).await;
    done
}

/// Prints what it costs, and says whether that is little.
pub fn show(with: &Measured, without: &Measured) -> bool {
    let share = with.speed / without.speed;
    let (holds, said) = if share >= SHARE { (true, "held") } else { (false, "MISSED") };
    println!(
        "  row-level security: {:.0} of {:.0} transactions a second without it, {share:.2} (bar {SHARE}: {said})",
        with.speed, without.speed
    );
    holds
}

/// A table keeps FORCE while its security is away, which tells it apart from those that never had any.
fn every_table(act: &str) -> String {
    format!(
        "DO $$ DECLARE guarded regclass; BEGIN FOR guarded IN SELECT oid FROM pg_class WHERE relforcerowsecurity LOOP \
         EXECUTE format('ALTER TABLE %s {act} ROW LEVEL SECURITY', guarded); END LOOP; END $$"
    )
}
