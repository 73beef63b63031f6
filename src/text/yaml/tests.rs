// SPDX-License-Identifier: Apache-2.0

//! What the reader makes of real and of hostile YAML.

use super::*;

fn one(text: &str) -> Node {
    parse(text).unwrap().remove(0)
}

#[test]
fn lines_of_keys_items_and_block_scalars() {
    let node = one(
        "on: push\njobs:\n  a:\n    steps:\n    - uses: x/y@v1\n    - name: n\n      run: |\n        one\n        two\n  # note\n  b: {uses: z}\n",
    );
    let steps = node.at(&["jobs", "a", "steps"]).unwrap();
    assert_eq!(steps.line, 4);
    assert_eq!(steps.items()[0].get("uses").unwrap().line, 5);
    let run = steps.items()[1].get("run").unwrap();
    let lines: Vec<_> = run.lines().collect();
    assert_eq!(lines, [(8, "one"), (9, "two")]);
    assert_eq!(node.at(&["jobs", "b", "uses"]).unwrap().line, 11);
    assert_eq!(node.get_text("on"), Some("push"));
}

#[test]
fn documents_tags_merges_and_double_keys_are_kept() {
    let documents = parse("---\na: 1\n---\na: !reference [x, y]\na: 2\n").unwrap();
    assert_eq!(documents.len(), 2);
    assert_eq!(documents[1].get("a").unwrap().items().len(), 2);
    assert_eq!(documents[1].get("a").unwrap().line, 4);
    let node = one("base: &b {x: 1}\nreal:\n  <<: *b\n  y: true\n");
    assert_eq!(node.at(&["real", "x"]).unwrap().text(), Some("1"));
    assert_eq!(node.at(&["real", "y"]).unwrap().text(), Some("true"));
}

#[test]
fn hostile_texts_are_refused_quickly() {
    assert_eq!(parse(&"a".repeat(SIZE_LIMIT + 1)), Err(YamlError::TooLarge));
    for deep in [
        "[".repeat(200_000),
        "- ".repeat(200_000),
        format!("k: &a !b {}", "{a: ".repeat(90)),
    ] {
        assert!(matches!(parse(&deep), Err(YamlError::TooDeep { .. })));
    }
    let mut nested = String::new();
    for depth in 0..100 {
        nested += &format!("{}k:\n", " ".repeat(depth));
    }
    assert!(matches!(parse(&nested), Err(YamlError::TooDeep { .. })));
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..9 {
        let refs = vec![format!("*a{}", n - 1); 10].join(", ");
        laughs += &format!("a{n}: &a{n} [{refs}]\n");
    }
    assert!(parse(&laughs).is_err());
    let long = format!(
        "a: &a {}\nb:\n{}",
        "x".repeat(500_000),
        "- *a\n".repeat(50_000)
    );
    assert_eq!(parse(&long), Err(YamlError::TooMany));
    assert!(matches!(
        parse("a: [1\nb: 2"),
        Err(YamlError::Syntax { line: Some(_), .. })
    ));
    assert!(parse("\u{0}\u{1}").is_err());
    assert!(parse("").unwrap().iter().all(Node::is_empty));
}

#[test]
fn shell_in_blocks_is_not_nesting() {
    let script = "          if [[ x ]]; then {\n".repeat(80);
    let text = format!("jobs:\n  a:\n    steps:\n      - run: |\n{script}      - run: next\n");
    let node = one(&text);
    let steps = node.at(&["jobs", "a", "steps"]).unwrap().items();
    assert_eq!(steps[1].get("run").unwrap().line, 85);
}
