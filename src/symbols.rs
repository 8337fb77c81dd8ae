//! Symbols: text that recurs in many records (hosts, pages, parameters, accounts) stored once and
//! passed around as a number. One table serves the whole run; every worker keeps a cache of its
//! own, so that the lock is touched only when a text is new to that worker. The numbers depend on
//! the order in which threads meet a text and therefore never reach an output: tables are sorted
//! by the text.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::sync::{Arc, PoisonError, RwLock};

/// The number of a text in the run's [`Symbols`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sym(u32);

impl Sym {
    /// The empty text.
    pub const EMPTY: Sym = Sym(0);

    /// The symbol of a number that says something within one list of texts only.
    pub fn numbered(number: u32) -> Sym {
        Sym(number)
    }

    /// The number itself, to tell texts apart within one run.
    pub fn number(self) -> u32 {
        self.0
    }

    /// Whether this is the empty text.
    pub fn is_empty(self) -> bool {
        self == Sym::EMPTY
    }
}

/// All texts of one run.
#[derive(Debug)]
pub struct Symbols {
    table: RwLock<Table>,
}

#[derive(Debug)]
struct Table {
    names: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, Sym>,
}

impl Default for Symbols {
    fn default() -> Self {
        let empty: Arc<str> = Arc::from("");
        let numbers = HashMap::from_iter([(Arc::clone(&empty), Sym::EMPTY)]);
        Symbols { table: RwLock::new(Table { names: vec![empty], numbers }) }
    }
}

impl Symbols {
    /// The symbol of `text`, new or known.
    pub fn intern(&self, text: &str) -> Sym {
        self.intern_shared(text).0
    }

    fn intern_shared(&self, text: &str) -> (Sym, Arc<str>) {
        {
            let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
            if let Some((name, &sym)) = table.numbers.get_key_value(text) {
                return (sym, Arc::clone(name));
            }
        }
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        if let Some((name, &sym)) = table.numbers.get_key_value(text) {
            return (sym, Arc::clone(name));
        }
        let sym = Sym(u32::try_from(table.names.len()).unwrap_or(u32::MAX));
        let name: Arc<str> = Arc::from(text);
        table.names.push(Arc::clone(&name));
        table.numbers.insert(Arc::clone(&name), sym);
        (sym, name)
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.table.read().unwrap_or_else(PoisonError::into_inner).names.len()
    }

    /// Whether there is no text but the empty one.
    pub fn is_empty(&self) -> bool {
        self.len() <= 1
    }

    /// The texts from a number on, in the order of their numbers.
    pub fn since(&self, number: usize) -> Vec<Arc<str>> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        table.names.get(number..).unwrap_or_default().to_vec()
    }

    /// The text of a symbol.
    pub fn name(&self, sym: Sym) -> Arc<str> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        table.names.get(sym.0 as usize).or(table.names.first()).map(Arc::clone).unwrap_or_default()
    }
}

/// How many texts a worker remembers before it asks again.
const REMEMBERED: usize = 1 << 17;

/// One worker's view of the run's symbols: same answers, fewer locks.
#[derive(Debug)]
pub struct SymbolCache<'s> {
    shared: &'s Symbols,
    numbers: RefCell<IndexMap<Arc<str>, Sym, RandomState>>,
    names: RefCell<IndexMap<Sym, Arc<str>, RandomState>>,
}

impl<'s> SymbolCache<'s> {
    /// An empty cache over the run's table.
    pub fn new(shared: &'s Symbols) -> Self {
        SymbolCache { shared, numbers: RefCell::default(), names: RefCell::default() }
    }

    /// The symbol of `text`, new or known.
    pub fn intern(&self, text: &str) -> Sym {
        if text.is_empty() {
            return Sym::EMPTY;
        }
        if let Some(&sym) = self.numbers.borrow().get(text) {
            return sym;
        }
        let (sym, name) = self.shared.intern_shared(text);
        let mut numbers = self.numbers.borrow_mut();
        if numbers.len() >= REMEMBERED {
            numbers.clear();
        }
        numbers.insert(name, sym);
        sym
    }

    /// The symbol of bytes from an input; what is not UTF-8 is replaced.
    pub fn intern_bytes(&self, bytes: &[u8]) -> Sym {
        self.intern(&String::from_utf8_lossy(bytes))
    }

    /// The text of a symbol.
    pub fn name(&self, sym: Sym) -> Arc<str> {
        if let Some(name) = self.names.borrow().get(&sym) {
            return Arc::clone(name);
        }
        // A copy, since workers that count the same text's holders wait for one another's memory.
        let name: Arc<str> = Arc::from(&*self.shared.name(sym));
        let mut names = self.names.borrow_mut();
        if names.len() >= REMEMBERED {
            names.clear();
        }
        names.insert(sym, Arc::clone(&name));
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number_across_caches() {
        let symbols = Symbols::default();
        let (one, two) = (SymbolCache::new(&symbols), SymbolCache::new(&symbols));
        let sym = one.intern("www.example.com");
        assert_eq!(two.intern("www.example.com"), sym);
        assert_eq!(&*two.name(sym), "www.example.com");
        assert_ne!(two.intern("example.org"), sym);
        assert!(one.intern("").is_empty());
    }
}
