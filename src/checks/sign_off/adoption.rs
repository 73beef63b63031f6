// SPDX-License-Identifier: Apache-2.0

//! When sign-offs became the custom: a day to propose for `since`.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Share of commits without a sign-off that a custom still bears, in percent.
const BEARABLE: usize = 5;
/// Commits that make a custom.
const ENOUGH: usize = 10;

/// The longest newest part of a history in which nearly all commits are signed off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Adoption {
    /// Day of its oldest commit, UTC.
    pub(super) since: Date,
    /// Commits from then on that need a sign-off.
    pub(super) commits: usize,
    /// Those that have one.
    pub(super) signed: usize,
}

impl Adoption {
    /// From commits that need a sign-off, newest first: committer time, and whether it is there.
    pub(super) fn find(commits: impl IntoIterator<Item = (i64, bool)>) -> Option<Self> {
        let (mut total, mut signed) = (0, 0);
        let mut best = None;
        for (time, holds) in commits {
            total += 1;
            signed += usize::from(holds);
            if holds && total >= ENOUGH && (total - signed) * 100 <= total * BEARABLE {
                best = Some((time, total, signed));
            }
        }
        let (time, commits, signed) = best?;
        Some(Adoption {
            since: day(time)?,
            commits,
            signed,
        })
    }

    /// Signed in percent, rounded down, so that 100 means all.
    pub(super) fn percent(&self) -> usize {
        self.signed * 100 / self.commits.max(1)
    }
}

/// The day of a time, UTC.
pub(super) fn day(time: i64) -> Option<Date> {
    let time = Timestamp::from_second(time).ok()?;
    Some(time.to_zoned(TimeZone::UTC).date())
}

/// The day after the one of a time, UTC: `since` with it leaves the commit out.
pub(super) fn day_after(time: i64) -> Option<Date> {
    let time = Timestamp::from_second(time).ok()?;
    let next = time.checked_add(SignedDuration::from_hours(24)).ok()?;
    Some(next.to_zoned(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use super::Adoption;

    fn found(newest_first: &str) -> Option<(usize, usize)> {
        let commits = newest_first.chars().zip((0..).step_by(86_400));
        let commits = commits.map(|(c, back)| (1_700_000_000 - back, c == 's'));
        Adoption::find(commits).map(|a| (a.commits, a.signed))
    }

    #[test]
    fn the_custom_begins_where_nearly_all_are_signed() {
        assert_eq!(found(&("s".repeat(40) + "uuuuuuuu")), Some((40, 40)));
        assert_eq!(
            found(&("s".repeat(30) + "u" + &"s".repeat(10) + "uuuuu")),
            Some((41, 40))
        );
        assert_eq!(found(&"s".repeat(9)), None, "too few to be a custom");
        assert_eq!(found("uuusssssssssssuuu"), None, "given up again");
    }
}
