//! What axe-core finds wrong with a page for people who do not see it, hear it or hold a mouse.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::driver::Browser;

/// Where `.ci/run` puts it.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/axe-core/axe.min.js");

/// WCAG 2.2, levels A and AA, and what axe-core holds for good practice.
const TAGS: [&str; 7] =
    ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

impl Browser {
    /// Each violation in words, with the elements that it is about.
    pub(crate) async fn violations(&self) -> Vec<String> {
        let axe = fs::read_to_string(Path::new(AXE));
        let axe =
            axe.expect("axe-core is needed at target/axe-core/axe.min.js, where .ci/run puts it");
        self.ask(&axe).await;
        let script = "const done = arguments[arguments.length - 1];
            axe.run(document, { runOnly: arguments[0], resultTypes: ['violations'] })
              .then((it) => done(it.violations.map((v) => v.id + ': ' + v.help + ' — ' +
                v.nodes.slice(0, 4).map((n) => n.html + ' (' + (n.any[0]?.message ?? '') + ')').join(' | '))),
                (error) => done(['axe-core failed: ' + error]));";
        let found = self.client.execute_async(script, vec![json!(TAGS)]).await.unwrap();
        let found = found.as_array().unwrap().iter().map(Value::as_str);
        found.map(|it| it.unwrap().to_owned()).collect()
    }
}
