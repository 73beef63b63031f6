// SPDX-License-Identifier: Apache-2.0

//! The binary: hands the command line to the library, prints the error chain, returns the exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(provost::main())
}
