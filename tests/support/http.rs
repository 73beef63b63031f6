// SPDX-License-Identifier: Apache-2.0

//! A server on this machine that answers as a test says, well or badly, and remembers what it was asked.

#![allow(dead_code, reason = "each test uses its part")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What a server was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Path with its query.
    pub(crate) path: String,
    /// Header lines, names in small letters.
    pub(crate) headers: Vec<(String, String)>,
}

impl Asked {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// How a request is answered.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Status, further header lines, body.
    Reply(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// These bytes and no more.
    Raw(Vec<u8>),
    /// A head that promises a long body, then this block without end.
    Endless(Vec<u8>),
    /// Nothing at all, while the connection stays open.
    Hang,
}

/// JSON with status 200.
pub(crate) fn json(value: &serde_json::Value) -> Act {
    Act::Reply(200, Vec::new(), value.to_string().into_bytes())
}

/// A bare status with a text.
pub(crate) fn status(code: u16, body: &str) -> Act {
    Act::Reply(code, Vec::new(), body.as_bytes().to_vec())
}

/// A running server.
pub(crate) struct Server {
    /// `http://127.0.0.1:port`.
    pub(crate) address: String,
    log: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Answers each request with `answer`, which also gets the number of requests before it.
    pub(crate) fn start(answer: impl Fn(&Asked, usize) -> Act + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let log: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (kept, answer) = (Arc::clone(&log), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (log, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                let stream = stream.unwrap();
                std::thread::spawn(move || {
                    let Some(asked) = request(&stream) else {
                        return;
                    };
                    let before = {
                        let mut log = log.lock().unwrap();
                        log.push(asked.clone());
                        log.len() - 1
                    };
                    act(&stream, answer(&asked, before));
                });
            }
        });
        Server { address, log }
    }

    /// What it was asked so far.
    pub(crate) fn log(&self) -> Vec<Asked> {
        self.log.lock().unwrap().clone()
    }
}

/// Reads a request; none when the connection closes first.
pub(crate) fn request(stream: impl Read) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim().split_once(':') else {
            break;
        };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let asked = Asked { path, headers };
    let length = asked.header("content-length").unwrap_or("0").parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(asked)
}

fn act(mut stream: &TcpStream, act: Act) {
    match act {
        Act::Reply(status, headers, body) => {
            let _ = stream.write_all(&head(status, &headers, body.len()));
            let _ = stream.write_all(&body);
        }
        Act::Raw(bytes) => {
            let _ = stream.write_all(&bytes);
        }
        Act::Endless(block) => {
            let _ = stream.write_all(&head(200, &[], 1 << 40));
            while stream.write_all(&block).is_ok() {}
        }
        // Until the other side gives up.
        Act::Hang => drop(stream.read(&mut [0])),
    }
}

/// The head of a reply.
pub(crate) fn head(status: u16, headers: &[(&'static str, String)], length: usize) -> Vec<u8> {
    let mut head =
        format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}
