// SPDX-License-Identifier: Apache-2.0

//! Whole objects that others are built from: a bounded, direct-mapped cache shared between threads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use git2::ObjectType;

/// Slots; a busy walk keeps some thousand commits or trees in play.
const SLOTS: usize = 8192;
/// Most bytes kept.
const BYTES: usize = 24 << 20;
/// Largest object kept.
const ONE: usize = 4 << 20;

/// Pack and offset.
type Key = (usize, u64);

struct Slot {
    key: Key,
    kind: ObjectType,
    bytes: Arc<[u8]>,
}

pub(super) struct Cache {
    slots: Box<[Mutex<Option<Slot>>]>,
    bytes: AtomicUsize,
    hand: AtomicUsize,
}

impl Cache {
    pub(super) fn new() -> Cache {
        Cache {
            slots: (0..SLOTS).map(|_| Mutex::new(None)).collect(),
            bytes: AtomicUsize::new(0),
            hand: AtomicUsize::new(0),
        }
    }

    fn slot(&self, key: Key) -> &Mutex<Option<Slot>> {
        let mixed = (key.1 ^ ((key.0 as u64) << 40)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        &self.slots[(mixed >> 40) as usize % SLOTS]
    }

    pub(super) fn get(&self, key: Key) -> Option<(ObjectType, Arc<[u8]>)> {
        let slot = self
            .slot(key)
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let slot = slot.as_ref().filter(|slot| slot.key == key)?;
        Some((slot.kind, Arc::clone(&slot.bytes)))
    }

    pub(super) fn put(&self, key: Key, kind: ObjectType, bytes: &[u8]) {
        if bytes.len() > ONE {
            return;
        }
        let new = Slot {
            key,
            kind,
            bytes: Arc::from(bytes),
        };
        let old = {
            let mut slot = self
                .slot(key)
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            slot.replace(new)
        };
        let freed = old.map_or(0, |slot| slot.bytes.len());
        self.bytes.fetch_add(bytes.len(), Ordering::Relaxed);
        self.bytes.fetch_sub(freed, Ordering::Relaxed);
        for _ in 0..SLOTS {
            if self.bytes.load(Ordering::Relaxed) <= BYTES {
                return;
            }
            let at = self.hand.fetch_add(1, Ordering::Relaxed) % SLOTS;
            let old = self.slots[at]
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            if let Some(old) = old {
                self.bytes.fetch_sub(old.bytes.len(), Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_within_its_bytes() {
        let cache = Cache::new();
        for i in 0..200 {
            cache.put((0, i), ObjectType::Blob, &vec![0; 1 << 20]);
            assert!(cache.bytes.load(Ordering::Relaxed) <= BYTES);
        }
        cache.put((1, 5), ObjectType::Tree, b"x");
        assert_eq!(
            cache.get((1, 5)).map(|(kind, _)| kind),
            Some(ObjectType::Tree)
        );
        assert!(cache.get((2, 5)).is_none());
        cache.put((1, 6), ObjectType::Blob, &vec![0; ONE + 1]);
        assert!(cache.get((1, 6)).is_none());
    }
}
