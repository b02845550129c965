//! One read that many wait for.
//!
//! Whoever asks while a read runs is answered by the next one, together with all others that have asked by then. So every answer
//! comes from a read that began after it was asked for, and a thousand askers at once cost a handful of reads.
//!
//! Where a crowd asks, a read waits a moment until as many have come again: reads that follow each other without a pause would
//! answer fewer each, and take the processor from those who are answered.

use crate::error::StoreError;
use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{Notify, oneshot};
use tokio::time::timeout;

/// Reads what stands under some keys; a key that nothing stands under is left out.
type Load<K, V> = Box<dyn Fn(Vec<K>) -> Loading<K, V> + Send + Sync>;
type Loading<K, V> = Pin<Box<dyn Future<Output = Result<HashMap<K, V>, StoreError>> + Send>>;
/// Who waits for an answer.
type Asker<V> = oneshot::Sender<Result<Option<V>, Arc<StoreError>>>;

/// How many make a crowd.
const CROWD: usize = 24;
/// How long a read waits for a crowd that does not come again.
const MOMENT: Duration = Duration::from_millis(1);

/// A read by key that is shared.
pub(crate) struct SharedRead<K, V> {
    load: Load<K, V>,
    runtime: Handle,
    queue: Mutex<Queue<K, V>>,
    /// Told when those who wait have become a crowd.
    crowd: Notify,
}

struct Queue<K, V> {
    is_running: bool,
    waiting: Vec<(K, Asker<V>)>,
}

impl<K, V> SharedRead<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub(crate) fn new<F>(load: impl Fn(Vec<K>) -> F + Send + Sync + 'static) -> Arc<Self>
    where
        F: Future<Output = Result<HashMap<K, V>, StoreError>> + Send + 'static,
    {
        let load: Load<K, V> = Box::new(move |keys| Box::pin(load(keys)));
        // Where the store was opened: reads are not kept waiting by the answers that they give to busy workers.
        let runtime = Handle::current();
        let queue = Mutex::new(Queue { is_running: false, waiting: Vec::new() });
        Arc::new(Self { load, runtime, queue, crowd: Notify::new() })
    }

    /// What stands under a key, by a read that begins after this call.
    pub(crate) async fn get(self: &Arc<Self>, key: K) -> Result<Option<V>, StoreError> {
        let (answer, answered) = oneshot::channel();
        let (begins, are_a_crowd) = {
            let mut queue = self.queue();
            queue.waiting.push((key, answer));
            (!std::mem::replace(&mut queue.is_running, true), queue.waiting.len() == CROWD)
        };
        if are_a_crowd {
            self.crowd.notify_waiters();
        }
        if begins {
            // A task of its own: whoever happens to begin may leave without leaving the others waiting.
            self.runtime.spawn(Running { shared: Arc::clone(self), has_ended: false }.run());
        }
        match answered.await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) => Err(match error.as_ref() {
                StoreError::Unavailable(_) | StoreError::Contended => StoreError::Unavailable(None),
                other => StoreError::Corrupt(other.to_string()),
            }),
            Err(_) => Err(StoreError::Unavailable(None)),
        }
    }

    /// Waits until a crowd waits, but for no longer than a moment.
    async fn gathered(&self) {
        // Before the count: a crowd that comes in between is heard too.
        let crowd = self.crowd.notified();
        if self.queue().waiting.len() < CROWD {
            let _ = timeout(MOMENT, crowd).await;
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue<K, V>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task that reads until nobody waits.
struct Running<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    shared: Arc<SharedRead<K, V>>,
    has_ended: bool,
}

impl<K, V> Running<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    async fn run(mut self) {
        let mut answered = 0;
        loop {
            if answered >= CROWD {
                self.shared.gathered().await;
            }
            let waiting = {
                let mut queue = self.shared.queue();
                if queue.waiting.is_empty() {
                    // From here on the queue is the next asker's.
                    queue.is_running = false;
                    self.has_ended = true;
                    return;
                }
                std::mem::take(&mut queue.waiting)
            };
            answered = waiting.len();
            let keys: HashSet<K> = waiting.iter().map(|(key, _)| key.clone()).collect();
            let found = (self.shared.load)(keys.into_iter().collect()).await.map_err(Arc::new);
            for (key, answer) in waiting {
                let one = found.as_ref().map(|found| found.get(&key).cloned()).map_err(Arc::clone);
                // Who has left does not hear it.
                let _ = answer.send(one);
            }
        }
    }
}

impl<K, V> Drop for Running<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// A task that is ended from outside lets the next asker begin anew; those who wait are told that there is no answer.
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        let mut queue = self.shared.queue();
        queue.is_running = false;
        queue.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
    use std::time::Duration;

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn nobody_is_left_without_an_answer() {
        let shared =
            SharedRead::new(|keys: Vec<u64>| async move { Ok(keys.into_iter().map(|key| (key, key)).collect()) });
        let mut askers = tokio::task::JoinSet::new();
        for asker in 0..64 {
            let shared = Arc::clone(&shared);
            askers.spawn(async move {
                for _ in 0..2_000 {
                    assert_eq!(shared.get(asker).await.unwrap(), Some(asker));
                }
            });
        }
        while let Some(done) = askers.join_next().await {
            done.unwrap();
        }
    }

    #[tokio::test]
    async fn many_askers_share_reads_and_never_get_an_older_answer() {
        static NUMBER: AtomicI64 = AtomicI64::new(0);
        static READS: AtomicUsize = AtomicUsize::new(0);
        let shared = SharedRead::new(|keys: Vec<&'static str>| async move {
            READS.fetch_add(1, Ordering::SeqCst);
            let number = NUMBER.load(Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(1)).await;
            Ok(keys.into_iter().map(|key| (key, number)).collect())
        });
        let mut askers = tokio::task::JoinSet::new();
        for _ in 0..500 {
            let shared = Arc::clone(&shared);
            askers.spawn(async move {
                let at_least = NUMBER.fetch_add(1, Ordering::SeqCst) + 1;
                let found = shared.get("a").await.unwrap().unwrap();
                assert!(found >= at_least, "asked at {at_least}, answered {found}");
                tokio::task::yield_now().await;
            });
        }
        while let Some(done) = askers.join_next().await {
            done.unwrap();
        }
        assert!(READS.load(Ordering::SeqCst) < 50, "{} reads", READS.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn a_crowd_that_comes_again_one_by_one_is_answered_together() {
        static READS: Mutex<Vec<usize>> = Mutex::new(Vec::new());
        let shared = SharedRead::new(|keys: Vec<usize>| async move {
            READS.lock().unwrap().push(keys.len());
            Ok(keys.into_iter().map(|key| (key, ())).collect())
        });
        let mut askers = tokio::task::JoinSet::new();
        for asker in 0..=CROWD {
            let shared = Arc::clone(&shared);
            askers.spawn(async move {
                shared.get(asker).await.unwrap();
                for _ in 0..asker {
                    tokio::task::yield_now().await;
                }
                shared.get(asker).await.unwrap();
            });
        }
        while let Some(done) = askers.join_next().await {
            done.unwrap();
        }
        // All at once; the crowd again; whom it did not wait for.
        assert_eq!(*READS.lock().unwrap(), [CROWD + 1, CROWD, 1]);
    }

    #[tokio::test]
    async fn a_failure_reaches_all_who_wait_and_the_next_asker_begins_anew() {
        static FAILS: AtomicUsize = AtomicUsize::new(1);
        let shared = SharedRead::new(|keys: Vec<u8>| async move {
            if FAILS.swap(0, Ordering::SeqCst) == 1 {
                return Err(StoreError::Unavailable(None));
            }
            Ok(keys.into_iter().filter(|key| *key == 1).map(|key| (key, ())).collect())
        });
        assert!(matches!(shared.get(1).await, Err(StoreError::Unavailable(None))));
        assert_eq!(shared.get(1).await.unwrap(), Some(()));
        assert_eq!(shared.get(2).await.unwrap(), None);
    }
}
