//! Labels: the texts that describe where a datum was found (parameter, chain, page), with personal
//! data in them masked. The same few occur in record after record, so each is made once and
//! remembered.

use super::mask;
use crate::memo::Memo;
use crate::observation::PageRef;
use crate::peel::Steps;
use crate::place::{UrlParts, host_name, page_of};
use crate::symbols::{Sym, SymbolCache};
use std::cell::RefCell;
use std::rc::Rc;

/// How many labels of a kind are remembered; a stranger's input may hold any number.
const REMEMBERED: usize = 1 << 14;

/// Makes labels, with a memory.
pub struct Labels<'s> {
    symbols: Rc<SymbolCache<'s>>,
    texts: RefCell<Memo<Sym>>,
    chains: RefCell<Memo<Sym>>,
    key: RefCell<Vec<u8>>,
    pages: RefCell<Memo<Option<PageRef>>>,
}

impl<'s> Labels<'s> {
    /// Labels with nothing remembered.
    pub fn new(symbols: Rc<SymbolCache<'s>>) -> Self {
        Labels {
            symbols,
            texts: RefCell::new(Memo::of(REMEMBERED)),
            chains: RefCell::new(Memo::of(REMEMBERED)),
            key: RefCell::default(),
            pages: RefCell::new(Memo::of(REMEMBERED)),
        }
    }

    /// The masked text of some bytes.
    pub fn text(&self, bytes: &[u8]) -> Sym {
        let mut texts = self.texts.borrow_mut();
        let memo = texts.key(&[], bytes);
        texts.get_or(memo, || self.symbols.intern(&mask::text(&String::from_utf8_lossy(bytes))))
    }

    /// The masked text of a chain.
    pub fn chain(&self, steps: &Steps) -> Sym {
        let mut key = self.key.borrow_mut();
        key.clear();
        steps.push_key(&mut key);
        let mut chains = self.chains.borrow_mut();
        let memo = chains.key(&[], &key);
        chains.get_or(memo, || self.symbols.intern(&mask::text(&steps.to_string())))
    }

    /// The page that a URL names, if it names one; only its host where it is a bare origin.
    pub fn page(&self, url: &[u8]) -> Option<PageRef> {
        // A page is named by what is before its query.
        let end = memchr::memchr2(b'?', b'#', url).unwrap_or(url.len());
        let has_query = url.get(end) == Some(&b'?') && url.get(end + 1).is_some_and(|&b| b != b'#');
        let key = if has_query { &url[..end + 1] } else { &url[..end] };
        let mut pages = self.pages.borrow_mut();
        let memo = pages.key(&[], key);
        pages.get_or(memo, || self.new_page(url))
    }

    fn new_page(&self, url: &[u8]) -> Option<PageRef> {
        let parts = UrlParts::split(url)?;
        let host = host_name(parts.host);
        let page =
            if parts.is_origin() { Sym::EMPTY } else { self.symbols.intern(&mask::text(&page_of(&host, parts.path))) };
        Some(PageRef { host: self.symbols.intern(&host), page })
    }
}
