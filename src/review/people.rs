// SPDX-License-Identifier: Apache-2.0

//! Who came, who left, whose part or employer is another: lists compared as sets, whatever their order and form.

use crate::checks::artefact::{self, Listed};
use crate::report::review::{Member, Roll};

use super::ends::{Ends, with_rule};

/// Rule that finds the lists.
const RULE: &str = "maintainers-file";

/// Everybody once, with the parts and lists of each.
struct Human {
    member: Member,
    roles: Vec<String>,
    active: bool,
    emeritus: bool,
}

/// Compares the lists of both ends; remarks say what sets alone do not.
pub(super) fn delta(ends: Ends<'_>, remarks: &mut Vec<String>) -> Roll<Member> {
    let read =
        |shared| with_rule(shared, ends.catalogue, RULE, artefact::people).unwrap_or_default();
    let (old, new) = (read(ends.before), read(ends.after));
    for (list, when) in [(&old, "at the beginning"), (&new, "now")] {
        drift(list, when, remarks);
    }
    let (old, new) = (humans(old), humans(new));
    let mut roll = Roll::default();
    let no_list = !new.iter().any(|h| h.active);
    let first = !old.iter().any(|h| h.active);
    for human in new.iter().filter(|h| h.active) {
        match old.iter().find(|o| same(&o.member, &human.member)) {
            Some(before) if before.active && retired(before, human) => {
                let note = format!("emeritus now; still listed as {}", human.roles.join(", "));
                roll.removed.push(shown(before, Some(&note)));
            }
            Some(before) if before.active => roll.changed.extend(changed(before, human)),
            Some(_) => roll
                .added
                .push(shown(human, Some("back from the list of former people"))),
            None => {
                let note = first.then_some("the first list that names anybody");
                roll.added.push(shown(human, note));
            }
        }
    }
    for human in old.iter().filter(|h| h.active) {
        let now = new.iter().find(|n| same(&n.member, &human.member));
        match now {
            Some(now) if now.active => {}
            Some(now) if now.emeritus => roll.removed.push(shown(human, Some("emeritus now"))),
            Some(_) => roll
                .removed
                .push(shown(human, Some("only a contributor now"))),
            None => {
                let note = no_list.then_some(
                    "no list in this tree names anybody any more: delisted, not dismissed",
                );
                roll.removed.push(shown(human, note));
            }
        }
    }
    for list in [&mut roll.added, &mut roll.removed, &mut roll.changed] {
        list.sort_by_key(|m| {
            (
                m.name
                    .clone()
                    .or(m.handle.clone())
                    .map(|n| n.to_lowercase()),
                m.email.clone(),
            )
        });
    }
    roll
}

/// Whether one list moved the person to its former members, while another still has the name among reviewers.
fn retired(before: &Human, now: &Human) -> bool {
    let minor = |role: &String| ["reviewer", "triager", "emeritus"].contains(&role.as_str());
    now.emeritus
        && !before.emeritus
        && now.roles.iter().all(minor)
        && !before.roles.iter().all(minor)
}

fn shown(human: &Human, note: Option<&str>) -> Member {
    Member {
        role: Some(human.roles.join(", ")).filter(|r| !r.is_empty()),
        note: note.map(str::to_owned),
        ..human.member.clone()
    }
}

fn humans(list: Vec<Listed>) -> Vec<Human> {
    let mut all: Vec<Human> = Vec::new();
    // Those who decide first: a former part of somebody who still has another is no matter.
    let (active, rest): (Vec<_>, Vec<_>) = list.into_iter().partition(|l| l.active);
    for one in active.into_iter().chain(rest) {
        let role = one.member.role.clone().unwrap_or_default();
        match all.iter_mut().find(|h| same(&h.member, &one.member)) {
            Some(human) => {
                if one.active && !human.roles.contains(&role) {
                    human.roles.push(role);
                    human.roles.sort();
                }
                human.active |= one.active;
                human.emeritus |= one.emeritus;
                learn(&mut human.member, one.member);
            }
            None => all.push(Human {
                roles: vec![role],
                active: one.active,
                emeritus: one.emeritus,
                member: one.member,
            }),
        }
    }
    all
}

fn learn(known: &mut Member, other: Member) {
    known.name = known.name.take().or(other.name);
    known.handle = known.handle.take().or(other.handle);
    known.email = known.email.take().or(other.email);
    known.organisation = known.organisation.take().or(other.organisation);
    for list in other.lists {
        if !known.lists.contains(&list) {
            known.lists.push(list);
        }
    }
}

/// Whether both are one human: the same handle, address or name; a list that gives a handle where the other
/// gives a name spelled the same way counts, too.
fn same(a: &Member, b: &Member) -> bool {
    let fold = |text: &Option<String>| text.as_deref().map(squeeze).filter(|t| !t.is_empty());
    let meet = |x: Option<String>, y: Option<String>| x.is_some() && x == y;
    meet(fold(&a.handle), fold(&b.handle))
        || meet(fold(&a.email), fold(&b.email))
        || meet(fold(&a.name), fold(&b.name))
        || (a.handle.is_none() || b.handle.is_none())
            && (meet(fold(&a.handle), fold(&b.name)) || meet(fold(&a.name), fold(&b.handle)))
}

fn squeeze(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric() || *c == '@')
        .flat_map(char::to_lowercase)
        .collect()
}

fn changed(before: &Human, now: &Human) -> Option<Member> {
    let mut notes = Vec::new();
    if before.roles != now.roles {
        notes.push(format!(
            "{} became {}",
            before.roles.join(", "),
            now.roles.join(", ")
        ));
    }
    let mut field = |what: &str, old: &Option<String>, new: &Option<String>| {
        if let (Some(old), Some(new)) = (old, new)
            && squeeze(old) != squeeze(new)
        {
            notes.push(format!("{what} {old} became {new}"));
        }
    };
    field(
        "organisation",
        &before.member.organisation,
        &now.member.organisation,
    );
    field("handle", &before.member.handle, &now.member.handle);
    field("address", &before.member.email, &now.member.email);
    if notes.is_empty() {
        return None;
    }
    Some(shown(now, Some(&notes.join("; "))))
}

/// Two lists of one tree that do not name the same people.
fn drift(list: &[Listed], when: &str, remarks: &mut Vec<String>) {
    let active = |path: &str| {
        list.iter()
            .filter(|l| l.active && l.member.lists[0] == path)
            .collect::<Vec<_>>()
    };
    let mut paths: Vec<&str> = Vec::new();
    for one in list.iter().filter(|l| l.active) {
        if !paths.contains(&one.member.lists[0].as_str()) {
            paths.push(&one.member.lists[0]);
        }
    }
    let [first, second, ..] = paths.as_slice() else {
        return;
    };
    let (a, b) = (active(first), active(second));
    let lacking = |these: &[&Listed], those: &[&Listed]| {
        these
            .iter()
            .filter(|x| !those.iter().any(|y| same(&x.member, &y.member)))
            .count()
    };
    let (only_a, only_b) = (lacking(&a, &b), lacking(&b, &a));
    if only_a + only_b > 0 && only_a < a.len() {
        remarks.push(format!(
            "two lists of people do not agree {when}: {only_a} only in {first}, {only_b} only in {second}"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, handle: &str) -> Member {
        let some = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
        Member {
            name: some(name),
            handle: some(handle),
            lists: vec!["MAINTAINERS.md".into()],
            ..Member::default()
        }
    }

    fn listed(name: &str, handle: &str, role: &str) -> Listed {
        let mut member = member(name, handle);
        member.role = Some(role.into());
        Listed {
            member,
            active: role != "emeritus",
            emeritus: role == "emeritus",
        }
    }

    #[test]
    fn one_human_is_known_by_handle_name_or_address() {
        assert!(same(
            &member("Ann Lee", "ann"),
            &member("Ann Lee", "annlee")
        ));
        assert!(same(&member("", "AnnLee"), &member("Ann Lee", "")));
        assert!(!same(&member("Ann Lee", "ann"), &member("Bob Lee", "bob")));
    }

    #[test]
    fn a_person_with_two_parts_is_one_and_active() {
        let list = vec![
            listed("Ann Lee", "ann", "emeritus"),
            listed("Ann Lee", "ann", "reviewer"),
            listed("Ann Lee", "ann", "approver"),
        ];
        let humans = humans(list);
        assert_eq!(humans.len(), 1);
        assert!(humans[0].active && humans[0].emeritus);
        assert_eq!(humans[0].roles, ["approver", "reviewer"]);
    }
}
