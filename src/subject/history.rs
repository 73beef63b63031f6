//! The history as records: one pass over the commits, each inflated once, identities interned.

use git2::Oid;

/// Which commits are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Range {
    /// Every commit reachable from the head.
    All,
    /// Reachable from `head`, not from `base` (git's `base..head`).
    Between {
        /// Commit whose ancestors are left out.
        base: Oid,
        /// Commit whose ancestors are taken.
        head: Oid,
    },
}

/// Index of an interned identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdentityId(pub u32);

/// A name and an e-mail address as they stand in the commit, decoded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
}

/// What is kept of a commit.
#[derive(Clone, Debug)]
pub struct Commit {
    /// Id.
    pub id: Oid,
    /// Parents' ids, at most the first two; see `parent_count`.
    pub parent_count: u32,
    /// Who wrote it.
    pub author: IdentityId,
    /// Who committed it.
    pub committer: IdentityId,
    /// Author time, seconds since the epoch.
    pub author_time: i64,
    /// Committer time, seconds since the epoch.
    pub commit_time: i64,
    /// Sign-off lines, as found in the message.
    pub sign_offs: Vec<IdentityId>,
}

/// Commits that were read.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Newest first by committer date.
    pub commits: Vec<Commit>,
    /// Interned identities.
    pub identities: Vec<Identity>,
    /// Ids that the history names but the clone does not hold.
    pub missing: Vec<Oid>,
    /// Commits that could not be read: id and why.
    pub damaged: Vec<(Oid, String)>,
    /// Whether the clone is shallow: older commits exist elsewhere.
    pub shallow: bool,
    /// Why there is no history at all: no git, no commit yet.
    pub absent: Option<String>,
}

impl History {
    /// The identity behind an id.
    pub fn identity(&self, id: IdentityId) -> &Identity {
        &self.identities[id.0 as usize]
    }
}
