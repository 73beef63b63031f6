// SPDX-License-Identifier: Apache-2.0

//! A project's automation as flows of pieces: each workflow or pipeline, and every command it reaches through
//! local actions, reusable workflows, scripts, make targets and tox environments.
//!
//! Built once per run and kept with the files. Evidence is what runs: comments, unreached targets, vendored
//! trees and workflows that nothing calls are left out. It executes nothing and bounds everything.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::subject::Entry;
use crate::text::yaml::Node;

use super::super::Files;
use super::make::Makefile;
use super::place::system_of;
use super::shell::Command;
use super::{generic, github, local, tox};

/// Largest script that is followed, in bytes.
pub(super) const SCRIPT_LIMIT: usize = 256 << 10;
/// Most pieces of a repository.
const PIECE_LIMIT: usize = 40_000;

/// What runs a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    /// GitHub Actions, or Forgejo's and Gitea's dialect of it.
    Github,
    /// Zuul.
    Zuul,
    /// Any other pipeline service: GitLab, CircleCI, Travis, Azure, Jenkins and the like.
    Pipeline,
    /// pre-commit hooks, run by contributors and by pre-commit.ci.
    Hooks,
    /// A release script or make target that a person runs.
    Script,
}

/// One workflow or pipeline.
pub(crate) struct Flow {
    /// File it stands in.
    pub(crate) path: String,
    /// Its name.
    pub(crate) name: String,
    /// What runs it.
    pub(crate) system: System,
    /// The document, for GitHub workflows.
    pub(crate) node: Node,
    /// Whether it releases the project.
    pub(crate) releases: bool,
    /// Whether it only runs when another workflow calls it.
    pub(crate) only_called: bool,
    /// Its own pieces.
    pub(super) own: Vec<usize>,
    /// All pieces it reaches, its own first.
    pub(super) reached: Vec<usize>,
}

/// An action or reusable workflow that is used.
#[derive(Clone, Debug, Default)]
pub(crate) struct Use {
    /// As written.
    pub(crate) target: String,
    /// Its line.
    pub(crate) line: u64,
    /// Its inputs: name, value, line.
    pub(crate) with: Vec<(String, String, u64)>,
}

/// What runs together: a step, a script, a recipe.
#[derive(Clone, Debug, Default)]
pub(crate) struct Piece {
    /// File it stands in.
    pub(crate) path: String,
    /// What it uses.
    pub(crate) uses: Option<Use>,
    /// What it runs.
    pub(super) commands: Vec<Command>,
    /// What it leads to.
    pub(super) leads: Vec<Lead>,
}

/// Something of this tree that a piece runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Lead {
    /// A script, or a pipeline file that is included.
    File(String),
    /// A make target: Makefile and target.
    Make(String, String),
    /// A tox environment: file and name.
    Tox(String, String),
    /// The pre-commit hooks.
    Hooks,
    /// A package script: package.json and name.
    Package(String, String),
    /// A local action's folder.
    Action(String),
    /// A local reusable workflow.
    Workflow(String),
}

/// Everything that runs in a repository.
#[derive(Default)]
pub(crate) struct Automation {
    /// Workflows, pipelines, release scripts; sorted by path.
    pub(crate) flows: Vec<Flow>,
    /// Composite actions of the tree that workflows use: path and document.
    pub(crate) actions: Vec<(String, Node)>,
    /// Files that could not be read: path and why.
    pub(crate) broken: Vec<(String, String)>,
    /// Workflow files that are not tracked, so that no verdict rests on them.
    pub(crate) untracked: Vec<String>,
    pub(super) pieces: Vec<Piece>,
}

impl Automation {
    /// Reads the automation of a tree.
    pub(crate) fn read(files: &Files<'_>) -> Self {
        let mut builder = Builder {
            files,
            result: Automation::default(),
            known: HashMap::new(),
            makefiles: HashMap::new(),
        };
        for entry in files.entries() {
            if let Some(system) = system_of(entry) {
                if entry.counts() {
                    builder.flow(entry, system);
                } else {
                    builder.result.untracked.push(entry.path.clone());
                }
            }
        }
        builder.release_targets();
        builder.finish()
    }

    /// The pieces that a flow reaches.
    pub(crate) fn pieces<'s>(&'s self, flow: &'s Flow) -> impl Iterator<Item = &'s Piece> {
        flow.reached.iter().filter_map(|i| self.pieces.get(*i))
    }
}

/// Builds the automation of a tree.
pub(super) struct Builder<'a, 'f> {
    /// The tree.
    pub(super) files: &'a Files<'f>,
    /// What has been found.
    pub(super) result: Automation,
    known: HashMap<Lead, Vec<usize>>,
    makefiles: HashMap<String, Makefile>,
}

impl Builder<'_, '_> {
    /// The text of a counted file that is not too large to follow.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        let entry = self.files.get(path)?;
        if !entry.is_file() || !entry.counts() {
            return None;
        }
        let document = self.files.document(entry).ok()?;
        (document.bytes.len() <= SCRIPT_LIMIT).then(|| document.text().to_owned())
    }

    /// Adds a piece; its number.
    pub(super) fn add(&mut self, piece: Piece) -> Option<usize> {
        if self.result.pieces.len() >= PIECE_LIMIT {
            return None;
        }
        self.result.pieces.push(piece);
        Some(self.result.pieces.len() - 1)
    }

    fn flow(&mut self, entry: &Entry, system: System) {
        let flow = match system {
            System::Github => github::workflow(self, &entry.path),
            System::Zuul => generic::zuul(self, &entry.path),
            System::Hooks => local::hooks(self, &entry.path),
            System::Pipeline => generic::pipeline(self, &entry.path),
            System::Script => {
                let own = self.follow(&Lead::File(entry.path.clone()));
                Ok(Flow::new(&entry.path, System::Script, own))
            }
        };
        match flow {
            Ok(flow) => self.result.flows.push(flow),
            Err(why) => self.result.broken.push((entry.path.clone(), why)),
        }
    }

    /// Make targets of the root whose name says that they release or sign.
    fn release_targets(&mut self) {
        for path in ["Makefile", "Makefile.release", "makefile", "GNUmakefile"] {
            let Some(make) = self.makefile(path) else {
                continue;
            };
            let targets = make.targets().into_iter();
            let named = |name: &str| {
                let mut parts = name.split(['-', '_', '.', '/']);
                parts.any(|part| matches!(part, "release" | "sign" | "publish"))
            };
            let targets: Vec<_> = targets.filter(|t| named(t)).map(str::to_owned).collect();
            let mut own = Vec::new();
            for target in targets {
                own.extend(self.follow(&Lead::Make(path.to_owned(), target)));
            }
            if !own.is_empty() {
                self.result.flows.push(Flow::new(path, System::Script, own));
            }
        }
    }

    /// The parsed Makefile at `path`.
    pub(super) fn makefile(&mut self, path: &str) -> Option<&Makefile> {
        if !self.makefiles.contains_key(path) {
            self.text(path)?;
            let make = Makefile::parse(path, &|p| self.text(p));
            self.makefiles.insert(path.to_owned(), make);
        }
        self.makefiles.get(path)
    }

    /// The pieces behind a lead, made on first use.
    fn follow(&mut self, lead: &Lead) -> Vec<usize> {
        if let Some(known) = self.known.get(lead) {
            return known.clone();
        }
        let pieces = match lead {
            Lead::File(path) => generic::file(self, path),
            Lead::Make(path, target) => local::make(self, path, target),
            Lead::Tox(path, name) => tox::pieces(self, path, name),
            Lead::Package(path, name) => local::package(self, path, name),
            Lead::Action(dir) => github::action(self, dir),
            // Flows of their own: their pieces are joined when all are known.
            Lead::Workflow(_) | Lead::Hooks => Vec::new(),
        };
        let numbers: Vec<_> = pieces.into_iter().filter_map(|p| self.add(p)).collect();
        self.known.insert(lead.clone(), numbers.clone());
        numbers
    }

    /// Follows every lead, then says what releases the project.
    fn finish(mut self) -> Automation {
        let own: Vec<_> = self.result.flows.iter().map(|f| f.own.clone()).collect();
        let by_path: HashMap<String, Vec<usize>> = (self.result.flows.iter())
            .filter(|f| f.system != System::Script)
            .map(|f| (f.path.clone(), f.own.clone()))
            .collect();
        let hooks: Vec<usize> = (self.result.flows.iter())
            .filter(|f| f.system == System::Hooks)
            .flat_map(|f| f.own.clone())
            .collect();
        for (index, own) in own.into_iter().enumerate() {
            let reached = self.closure(own, &by_path, &hooks);
            if let Some(flow) = self.result.flows.get_mut(index) {
                flow.reached = reached;
            }
        }
        self.mark_called();
        let flows = &mut self.result.flows;
        flows.sort_by(|a, b| a.path.cmp(&b.path));
        self.result
    }

    fn closure(
        &mut self,
        own: Vec<usize>,
        flows: &HashMap<String, Vec<usize>>,
        hooks: &[usize],
    ) -> Vec<usize> {
        let mut seen: HashSet<usize> = own.iter().copied().collect();
        let mut order = own;
        let mut next = 0;
        while let Some(&at) = order.get(next) {
            next += 1;
            let leads = self.result.pieces.get(at).map(|p| p.leads.clone());
            for lead in leads.unwrap_or_default() {
                let pieces = match &lead {
                    Lead::Workflow(path) => flows.get(path).cloned().unwrap_or_default(),
                    Lead::Hooks => hooks.to_vec(),
                    _ => self.follow(&lead),
                };
                order.extend(pieces.into_iter().filter(|piece| seen.insert(*piece)));
            }
        }
        order
    }

    /// A workflow that a release calls releases too; one that is called runs.
    fn mark_called(&mut self) {
        let releases = self.called(|flow| flow.releases);
        let runs = self.called(|flow| !flow.only_called);
        for flow in &mut self.result.flows {
            flow.releases |= releases.contains(&flow.path);
            flow.only_called &= !runs.contains(&flow.path);
        }
    }

    /// Workflows that those which `pick` chooses call, directly or not.
    fn called(&self, pick: impl Fn(&Flow) -> bool) -> BTreeSet<String> {
        let flows = self.result.flows.iter().filter(|f| pick(f));
        let reached = flows.flat_map(|f| &f.reached);
        let pieces = reached.filter_map(|i| self.result.pieces.get(*i));
        let leads = pieces.flat_map(|p| &p.leads);
        leads
            .filter_map(|lead| match lead {
                Lead::Workflow(path) => Some(path.clone()),
                _ => None,
            })
            .collect()
    }
}

impl Flow {
    /// A flow with its own pieces.
    pub(super) fn new(path: &str, system: System, own: Vec<usize>) -> Self {
        Flow {
            path: path.to_owned(),
            name: String::new(),
            system,
            node: Node::default(),
            releases: system == System::Script,
            only_called: false,
            own,
            reached: Vec::new(),
        }
    }
}
