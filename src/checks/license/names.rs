// SPDX-License-Identifier: Apache-2.0

//! Licences as people name them in prose: "Apache License, Version 2.0", "CC BY 4.0", "3-clause BSD", ids.

use std::sync::LazyLock;

use regex::Regex;

/// SPDX id and the ways to write it; the first that matches at a place wins, so longer names come first.
const NAMES: &[(&str, &str)] = &[
    (
        "CC-BY-NC-SA-4.0",
        r"(?:creative commons |cc[ -])(?:attribution|by)[ -]nc[ -]sa(?:[ -]4\.0)?|attribution[ -]noncommercial[ -]sharealike 4\.0",
    ),
    (
        "CC-BY-NC-ND-4.0",
        r"(?:creative commons |cc[ -])(?:attribution|by)[ -]nc[ -]nd(?:[ -]4\.0)?",
    ),
    (
        "CC-BY-NC-4.0",
        r"(?:creative commons |cc[ -])(?:attribution|by)[ -](?:nc|non-?commercial)(?:[ -]4\.0)?",
    ),
    (
        "CC-BY-ND-4.0",
        r"(?:creative commons |cc[ -])(?:attribution|by)[ -](?:nd|no-?derivatives)(?:[ -]4\.0)?",
    ),
    (
        "CC-BY-SA-3.0",
        r"(?:creative commons |cc[ -])(?:attribution|by)[ -](?:sa|share-?alike)[ -]3\.0",
    ),
    (
        "CC-BY-SA-4.0",
        r"(?:creative commons |cc[ -])(?:attribution|by)[ -](?:sa|share-?alike)(?:[ -]4\.0)?|creativecommons\.org/licenses/by-sa/4\.0",
    ),
    (
        "CC-BY-3.0",
        r"(?:creative commons |cc[ -])(?:attribution|by)[ -](?:license,? )?(?:version )?3\.0|creative commons attribution 3\.0|creativecommons\.org/licenses/by/3\.0",
    ),
    (
        "CC-BY-4.0",
        r"creative commons,? attribution(?:-| |\()*(?:cc[ -]by\)? ?)?(?:international )?(?:public )?(?:license,? )?(?:version )?4\.0|cc[ -]by[ -](?:v|version )?4(?:\.0)?|creativecommons\.org/licenses/by/4\.0",
    ),
    (
        "CC0-1.0",
        r"cc0(?:[ -]1\.0)?|creative commons zero|creativecommons\.org/publicdomain/zero",
    ),
    (
        "CC-BY-4.0",
        r"creative commons attribution(?: international)?(?: license)?|cc[ -]by",
    ),
    (
        "Community-Spec-1.0",
        r"community[ -]spec(?:ification)?(?:[ -]license)?(?:[ -](?:agreement )?v?1(?:\.0)?)?",
    ),
    (
        "CDLA-Permissive-2.0",
        r"(?:community data license agreement|cdla)[ \u{2013}:-]+permissive[ ,-]+(?:version )?2\.0",
    ),
    (
        "CDLA-Sharing-1.0",
        r"(?:community data license agreement|cdla)[ \u{2013}:-]+sharing",
    ),
    (
        "CDLA-Permissive-1.0",
        r"(?:community data license agreement|cdla)[ \u{2013}:-]+permissive(?:[ ,-]+(?:version )?1\.0)?",
    ),
    ("ODbL-1.0", r"open database license|odbl"),
    (
        "Apache-2.0",
        r"apache(?: software)?[ -]licen[sc]e,?(?: ?\(?(?:version |v\.? ?|-)?2(?:\.0)?\)?)?|apache[ -](?:v(?:ersion )?)?2(?:\.0)?|asl ?2(?:\.0)?|apache\.org/licenses/license-2\.0",
    ),
    (
        "LGPL-3.0-or-later",
        r"(?:gnu )?(?:lesser|library) general public licen[sc]e,? \(?(?:version |v)3(?:\.0)?\)?,? or (?:\(at your option\) any )?later|lgpl[ -]?v?3(?:\.0)?(?:\+|,? or (?:any )?later)",
    ),
    (
        "LGPL-2.1-or-later",
        r"(?:gnu )?(?:lesser|library) general public licen[sc]e,? \(?(?:version |v)2\.1\)?,? or (?:\(at your option\) any )?later|lgpl[ -]?v?2\.1(?:\+|,? or (?:any )?later)",
    ),
    (
        "LGPL-2.1-only",
        r"(?:gnu )?(?:lesser|library) general public licen[sc]e,? \(?(?:version |v)2\.1|lgpl[ -]?v?2\.1",
    ),
    (
        "LGPL-3.0-only",
        r"(?:gnu )?lesser general public licen[sc]e(?:,? \(?(?:version |v)3)?|lgpl[ -]?v?3(?:\.0)?",
    ),
    (
        "AGPL-3.0-only",
        r"(?:gnu )?affero general public licen[sc]e(?:,? \(?(?:version |v)3)?|agpl(?:[ -]?v?3(?:\.0)?)?",
    ),
    (
        "GPL-3.0-or-later",
        r"(?:gnu )?general public licen[sc]e,? \(?(?:version |v)3(?:\.0)?\)?,? or (?:\(at your option\) any )?later|gpl[ -]?v?3(?:\.0)?(?:\+|,? or (?:any )?later)",
    ),
    (
        "GPL-2.0-or-later",
        r"(?:gnu )?general public licen[sc]e,? \(?(?:version |v)2(?:\.0)?\)?,? or (?:\(at your option\) any )?later|gpl[ -]?v?2(?:\.0)?(?:\+|,? or (?:any )?later)",
    ),
    (
        "GPL-3.0-only",
        r"(?:gnu )?general public licen[sc]e,? \(?(?:version |v)3|gpl[ -]?v?3(?:\.0)?",
    ),
    (
        "GPL-2.0-only",
        r"(?:gnu )?general public licen[sc]e,? \(?(?:version |v)2|gpl[ -]?v?2(?:\.0)?",
    ),
    (
        "MPL-2.0",
        r"mozilla public licen[sc]e(?:,? ?\(?(?:version |v\.? ?)?2(?:\.0)?\)?)?|mpl[ -]?v?2(?:\.0)?",
    ),
    (
        "EPL-2.0",
        r"eclipse public licen[sc]e(?:,? ?(?:-|\()? ?(?:version |v\.? ?)?2(?:\.0)?\)?)?|epl[ -]?v?2(?:\.0)?",
    ),
    (
        "BSD-3-Clause",
        r"(?:3|three)[ -]clause bsd|bsd[ -](?:3|three)(?:[ -]clause)?|(?:new|modified|revised) bsd",
    ),
    (
        "BSD-2-Clause",
        r"(?:2|two)[ -]clause bsd|bsd[ -](?:2|two)(?:[ -]clause)?|(?:simplified|freebsd) (?:bsd )?licen[sc]e",
    ),
    ("BSL-1.0", r"boost software licen[sc]e"),
    ("MIT-0", r"mit[ -]0|mit no attribution"),
    (
        "MIT",
        r"(?:the )?(?:expat|mit)(?:/x11|/expat)? licen[sc]e|licen[sc]e:? mit|mit[ -]licensed|under (?:the )?mit|mit",
    ),
    ("ISC", r"isc licen[sc]e"),
    ("Unlicense", r"unlicense"),
    ("Zlib", r"zlib licen[sc]e"),
    ("Unicode-3.0", r"unicode licen[sc]e v3"),
];

static FINDER: LazyLock<Regex> = LazyLock::new(|| {
    let parts: Vec<String> = NAMES
        .iter()
        .map(|(_, p)| format!("({})", p.replace(' ', r"\s+")))
        .collect();
    let pattern = format!(
        r"(?i)(?:^|[^A-Za-z0-9_])(?:{})(?:$|[^A-Za-z0-9_])",
        parts.join("|")
    );
    #[allow(clippy::expect_used, reason = "the table is fixed and tested")]
    Regex::new(&pattern).expect("the table of names is a pattern")
});

/// A licence named in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// SPDX id.
    pub(crate) id: &'static str,
    /// Where the name starts, in bytes.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

/// Licences named in `text`, in order. Ids of the SPDX list that carry a version are found as they stand.
pub(crate) fn named(text: &str) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    let mut at = 0;
    while let Some(captures) = FINDER.captures_at(text, at) {
        let group = captures
            .iter()
            .skip(1)
            .enumerate()
            .find_map(|(i, m)| m.map(|m| (i, m)));
        let Some((index, span)) = group else { break };
        found.push(Named {
            id: NAMES[index].0,
            start: span.start(),
            end: span.end(),
        });
        at = span.end().max(at + 1);
        if found.len() >= 200 || !text.is_char_boundary(at) {
            break;
        }
    }
    let ids: Vec<Named> = verbatim(text).collect();
    found.retain(|name| {
        !ids.iter()
            .any(|id| id.start < name.end && name.start < id.end)
    });
    found.extend(ids);
    found.sort_by_key(|name| name.start);
    found
}

/// Ids that cannot be ordinary words: with a digit or a dash in them.
fn verbatim(text: &str) -> impl Iterator<Item = Named> {
    let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '+');
    let mut from = 0;
    std::iter::from_fn(move || {
        while from < text.len() {
            let start = from + text[from..].find(is_id)?;
            let length = text[start..]
                .find(|c| !is_id(c))
                .unwrap_or(text.len() - start);
            from = start + length;
            let word = text[start..from].trim_end_matches('.');
            if !word.contains('-') || !word.contains(|c: char| c.is_ascii_digit()) {
                continue;
            }
            if let Some(id) = spdx::license_id(word) {
                return Some(Named {
                    id: canonical(id.name),
                    start,
                    end: start + word.len(),
                });
            }
        }
        None
    })
}

/// The id in use for a deprecated one of the GPL family.
pub(crate) fn canonical(id: &'static str) -> &'static str {
    match id {
        "GPL-1.0" => "GPL-1.0-only",
        "GPL-2.0" => "GPL-2.0-only",
        "GPL-3.0" => "GPL-3.0-only",
        "LGPL-2.0" => "LGPL-2.0-only",
        "LGPL-2.1" => "LGPL-2.1-only",
        "LGPL-3.0" => "LGPL-3.0-only",
        "AGPL-3.0" => "AGPL-3.0-only",
        "GPL-1.0+" => "GPL-1.0-or-later",
        "GPL-2.0+" => "GPL-2.0-or-later",
        "GPL-3.0+" => "GPL-3.0-or-later",
        "LGPL-2.0+" => "LGPL-2.0-or-later",
        "LGPL-2.1+" => "LGPL-2.1-or-later",
        "LGPL-3.0+" => "LGPL-3.0-or-later",
        id => id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<&'static str> {
        named(text).iter().map(|n| n.id).collect()
    }

    #[test]
    fn every_name_is_an_id_of_the_list() {
        for (id, _) in NAMES {
            assert!(spdx::license_id(id).is_some(), "{id}");
        }
    }

    #[test]
    fn names_are_read_as_people_write_them() {
        for (text, want) in [
            ("the Apache License, Version 2.0 (the", "Apache-2.0"),
            ("under Apache 2.0.", "Apache-2.0"),
            ("licensed under Apache-2.0", "Apache-2.0"),
            (
                "Creative Commons\nAttribution 4.0 International License",
                "CC-BY-4.0",
            ),
            (
                "Creative Commons Attribution International License 4.0",
                "CC-BY-4.0",
            ),
            ("a CC BY 4.0 licence", "CC-BY-4.0"),
            ("CC-BY-NC-4.0", "CC-BY-NC-4.0"),
            (
                "Creative Commons Attribution-ShareAlike 4.0",
                "CC-BY-SA-4.0",
            ),
            (
                "the Community Specification License 1.0",
                "Community-Spec-1.0",
            ),
            ("CDLA-Permissive-2.0", "CDLA-Permissive-2.0"),
            (
                "Community Data License Agreement \u{2013} Permissive, Version 1.0",
                "CDLA-Permissive-1.0",
            ),
            (
                "GNU Lesser General Public License v3.0 or later",
                "LGPL-3.0-or-later",
            ),
            ("GPL-2.0", "GPL-2.0-only"),
            ("the 3-clause BSD license", "BSD-3-Clause"),
            ("BSD-3-Clause-Clear", "BSD-3-Clause-Clear"),
            ("the MIT License", "MIT"),
            ("see [MIT](LICENSE)", "MIT"),
        ] {
            assert_eq!(ids(text), [want], "{text}");
        }
        assert!(ids("permit submit emits mitigation").is_empty());
    }
}
