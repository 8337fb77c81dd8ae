//! Cookies by which companies know browsers again.

use super::super::files::JarFile;
use super::super::schema::{Cookie, Jar};
use super::Compiler;

impl Compiler {
    /// Adds the cookies of one company, for each of its domains.
    pub(super) fn add_jar(&mut self, file: &JarFile) -> Result<(), String> {
        let source = self.source(&file.source)?;
        let cookies: Vec<Cookie> = file
            .cookies
            .iter()
            .map(|cookie| Cookie {
                name: cookie.name.clone(),
                class: cookie.class.0,
                form: cookie.form,
                meaning: cookie.meaning.clone(),
            })
            .collect();
        for domain in &file.domains {
            match self.shelf.jars.binary_search_by(|jar| jar.domain.cmp(domain)) {
                Ok(_) => return Err(format!("{domain} has its cookies in two places")),
                Err(at) => {
                    self.shelf.jars.insert(at, Jar { domain: domain.clone(), cookies: cookies.clone(), source });
                }
            }
        }
        Ok(())
    }
}
