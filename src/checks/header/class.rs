// SPDX-License-Identifier: Apache-2.0

//! What kind of file a path is, by its name: code, document, data, or none of these. One table.

/// What a file is to a reader of licences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Source, scripts, build files that are programs.
    Code,
    /// Prose for people.
    Document,
    /// Configuration, data, lock files.
    Data,
    /// Pictures, archives, what cannot carry a header, or an unknown kind.
    Other,
}

impl Class {
    /// The word used in reports.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Class::Code => "code",
            Class::Document => "document",
            Class::Data => "data",
            Class::Other => "other",
        }
    }
}

/// Extensions of code; sorted, as the other tables are.
const CODE: &[&str] = &[
    "ada", "adb", "ads", "as", "asl", "asm", "awk", "bash", "bat", "bpf", "bzl", "c", "c++",
    "capnp", "cc", "cjs", "cl", "clj", "cljs", "cmake", "cmd", "cob", "cpp", "cppm", "cs", "csh",
    "cts", "cu", "cuh", "cxx", "d", "dart", "dts", "dtsi", "dtso", "edl", "el", "erl", "ex", "exs",
    "f", "f90", "fbs", "fish", "fs", "fsx", "glsl", "go", "gradle", "groovy", "h", "h++", "hcl",
    "hh", "hlsl", "hpp", "hrl", "hs", "hxx", "inl", "ino", "ipp", "java", "jl", "js", "jsx", "kt",
    "kts", "ld", "lds", "lisp", "lua", "m", "mjs", "mk", "ml", "mli", "mm", "move", "mts", "nim",
    "nix", "pas", "php", "pl", "pm", "proto", "ps1", "psm1", "pxd", "py", "pyi", "pyx", "r",
    "rake", "rb", "rego", "rs", "s", "sage", "scala", "scm", "sh", "sol", "spl", "sql", "star",
    "sv", "svelte", "svh", "swift", "t", "tcl", "tf", "thrift", "ts", "tsx", "v", "vala", "vb",
    "vbs", "vhd", "vhdl", "vim", "vue", "wat", "wgsl", "wit", "x", "zig", "zsh",
];

/// Extensions of documents.
const DOCUMENT: &[&str] = &[
    "1", "2", "3", "5", "7", "8", "adoc", "asc", "asciidoc", "dox", "htm", "html", "markdown",
    "md", "mdx", "mkd", "org", "pod", "rest", "rst", "rtf", "tex", "texi", "texinfo", "txt", "typ",
    "wiki",
];

/// Extensions of configuration and data.
const DATA: &[&str] = &[
    "avsc",
    "cfg",
    "cnf",
    "conf",
    "config",
    "css",
    "csv",
    "cue",
    "defconfig",
    "desktop",
    "env",
    "geojson",
    "gotmpl",
    "ini",
    "ipynb",
    "j2",
    "json",
    "json5",
    "jsonc",
    "jsonl",
    "jsonld",
    "jsonnet",
    "kdl",
    "less",
    "lock",
    "mod",
    "ndjson",
    "owl",
    "parquet",
    "plist",
    "properties",
    "rdf",
    "rules",
    "sass",
    "scss",
    "service",
    "sum",
    "tmpl",
    "toml",
    "tpl",
    "tsv",
    "ttl",
    "xml",
    "xsd",
    "yaml",
    "yml",
];

/// Whole names of code without an extension of its own.
const CODE_NAMES: &[&str] = &[
    "build",
    "build.bazel",
    "cmakelists.txt",
    "configure.ac",
    "containerfile",
    "dockerfile",
    "gemfile",
    "gnumakefile",
    "jenkinsfile",
    "justfile",
    "kbuild",
    "makefile",
    "makefile.am",
    "makefile.in",
    "meson.build",
    "meson_options.txt",
    "rakefile",
    "sconscript",
    "sconstruct",
    "snakefile",
    "tiltfile",
    "vagrantfile",
    "workspace",
    "wscript",
];

/// Whole names of documents and data without an extension of its own.
const NAMES: &[(&str, Class)] = &[
    ("authors", Class::Document),
    ("changelog", Class::Document),
    ("changes", Class::Document),
    ("contributing", Class::Document),
    ("contributors", Class::Document),
    ("copyright", Class::Document),
    ("credits", Class::Document),
    ("install", Class::Document),
    ("maintainers", Class::Data),
    ("news", Class::Document),
    ("notice", Class::Document),
    ("owners", Class::Data),
    ("readme", Class::Document),
    ("requirements.txt", Class::Data),
    ("robots.txt", Class::Data),
    ("todo", Class::Document),
    ("go.mod", Class::Data),
    ("go.sum", Class::Data),
    ("kconfig", Class::Data),
];

/// The class of a file by its name; `None` when only its first line can tell (a script without extension).
pub(crate) fn of_name(name: &str) -> Option<Class> {
    let mut buffer = [0_u8; 40];
    let Some(lower) = lowered(name, &mut buffer) else {
        let extension = name.rsplit_once('.').map(|(_, e)| e)?;
        return of_extension(lowered(extension, &mut [0; 40])?);
    };
    if CODE_NAMES.binary_search(&lower).is_ok()
        || (lower.starts_with("dockerfile.") && !lower.ends_with("ignore"))
        || lower.starts_with("makefile.")
    {
        return Some(Class::Code);
    }
    if let Some((_, class)) = NAMES.iter().find(|(known, _)| *known == lower) {
        return Some(*class);
    }
    if lower.ends_with("_defconfig") || lower.starts_with("kconfig.") {
        return Some(Class::Data);
    }
    match lower.rsplit_once('.') {
        // `.eslintrc.js`: settings, whatever they are written in.
        Some((stem, "js" | "cjs" | "mjs" | "ts"))
            if stem.starts_with('.') && stem.ends_with("rc") =>
        {
            Some(Class::Data)
        }
        Some((stem, extension)) if !stem.is_empty() => {
            let extension = if extension == "in" {
                stem.rsplit_once('.').map_or("", |(_, e)| e)
            } else {
                extension
            };
            of_extension(extension)
        }
        // `.gitignore`, `.bazelrc`: configuration by custom.
        Some(_) => Some(Class::Data),
        None => None,
    }
}

fn of_extension(extension: &str) -> Option<Class> {
    for (list, class) in [
        (CODE, Class::Code),
        (DOCUMENT, Class::Document),
        (DATA, Class::Data),
    ] {
        if list.binary_search(&extension).is_ok() {
            return Some(class);
        }
    }
    Some(Class::Other)
}

/// In lower case without an allocation; `None` when longer than the buffer or not ASCII.
fn lowered<'b>(name: &str, buffer: &'b mut [u8; 40]) -> Option<&'b str> {
    let into = buffer.get_mut(..name.len())?;
    into.copy_from_slice(name.as_bytes());
    into.make_ascii_lowercase();
    std::str::from_utf8(into).ok()
}

/// Names under which tools write: nobody puts a header there by hand.
pub(crate) fn is_generated_name(name: &str) -> bool {
    const ENDS: &[&str] = &[
        ".pb.go",
        ".pb.gw.go",
        ".pb.cc",
        ".pb.h",
        "_pb2.py",
        "_pb2.pyi",
        "_pb2_grpc.py",
        "_pb.js",
        "_pb.d.ts",
        "_pb.ts",
        ".g.dart",
        ".freezed.dart",
        ".min.js",
        ".min.css",
        ".min.mjs",
        ".bundle.js",
        "_generated.go",
        ".generated.go",
        ".designer.cs",
        ".generated.ts",
        ".gen.go",
        "_string.go",
        "-lock.json",
        ".pnp.cjs",
    ];
    name.starts_with("zz_generated") || ENDS.iter().any(|end| name.ends_with(end))
}

/// Folders of recorded input and output of tests.
pub(crate) fn is_test_data(path: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "testdata",
        "test-data",
        "test_data",
        "fixtures",
        "__fixtures__",
        "__snapshots__",
        "snapshots",
        "goldens",
        "golden",
        "testcases",
    ];
    path.rsplit_once('/')
        .is_some_and(|(folders, _)| folders.split('/').any(|f| FOLDERS.contains(&f)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_so_that_the_search_finds_every_entry() {
        assert!(
            [CODE, DOCUMENT, DATA, CODE_NAMES]
                .iter()
                .all(|list| list.is_sorted())
        );
    }

    #[test]
    fn classes_by_extension_and_name() {
        for (name, want) in [
            ("main.rs", Some(Class::Code)),
            ("X.CPP", Some(Class::Code)),
            ("Makefile", Some(Class::Code)),
            ("Dockerfile.build", Some(Class::Code)),
            ("CMakeLists.txt", Some(Class::Code)),
            ("config.h.in", Some(Class::Code)),
            ("README.md", Some(Class::Document)),
            ("README", Some(Class::Document)),
            ("guide.rst", Some(Class::Document)),
            ("requirements.txt", Some(Class::Data)),
            ("values.yaml", Some(Class::Data)),
            (".gitignore", Some(Class::Data)),
            ("go.sum", Some(Class::Data)),
            ("logo.png", Some(Class::Other)),
            ("configure", None),
        ] {
            assert_eq!(of_name(name), want, "{name}");
        }
    }

    #[test]
    fn what_tools_write_is_known_by_name() {
        assert!(is_generated_name("api.pb.go") && is_generated_name("zz_generated.deepcopy.go"));
        assert!(!is_generated_name("generated.rs"));
        assert!(is_test_data("a/testdata/x.go") && !is_test_data("testdata.go"));
    }
}
