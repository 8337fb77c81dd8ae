//! Signatures of vendors behind other hosts.

use super::super::files::SignatureFile;
use super::super::schema::Signature;
use super::Compiler;
use super::names::key_path;

impl Compiler {
    pub(super) fn add_signature(&mut self, file: &SignatureFile) -> Result<(), String> {
        let mut all = Vec::new();
        for (name, value) in &file.all {
            all.push((key_path(name).0, self.pattern(value)?));
        }
        let pattern = |compiler: &mut Self, pattern: &Option<String>| match pattern {
            Some(pattern) => compiler.pattern(pattern).map(Some),
            None => Ok(None),
        };
        let signature = Signature {
            name: file.name.clone(),
            words: signature_words(file)?,
            vendor: *self.slugs.get(&file.vendor).ok_or_else(|| format!("no vendor {}", file.vendor))?,
            path: pattern(self, &file.path)?,
            query: pattern(self, &file.query)?,
            all,
            any: file.any.iter().map(|name| key_path(name).0).collect(),
            any_least: file.at_least.unwrap_or(u8::from(!file.any.is_empty())),
            body: file.body.iter().map(|name| key_path(name).0).collect(),
        };
        self.shelf.signatures.push(signature);
        Ok(())
    }
}

/// The words by which most URLs are known not to fit. A signature of the body alone has none.
fn signature_words(file: &SignatureFile) -> Result<Vec<String>, String> {
    let longest = file.all.keys().max_by_key(|name| name.len());
    match (file.words.is_empty(), longest) {
        (false, _) => Ok(file.words.clone()),
        (true, Some(name)) => Ok(vec![format!("{name}=")]),
        (true, None) if !file.body.is_empty() => Ok(Vec::new()),
        (true, None) => Err("words are missing".to_owned()),
    }
}
