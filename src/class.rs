//! Data classes, their tiers and the forms in which a value travels: the vocabulary that every
//! detector, vendor parameter and table shares. The words are part of the tool's contract.

use serde::{Deserialize, Serialize};

/// How close a data class comes to naming a person, from the closest to the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Tier {
    /// Names, contacts, documents, secrets and what a person typed.
    Direct,
    /// What the visit says about health, money, belief and interests.
    Sensitive,
    /// Joins records of one person or narrows down who it is.
    Linkable,
    /// Describes the device and the browser.
    Device,
    /// Where on the site it happened.
    Context,
}

impl Tier {
    /// All tiers, from the closest to the least.
    pub const ALL: [Tier; 5] = [Tier::Direct, Tier::Sensitive, Tier::Linkable, Tier::Device, Tier::Context];

    /// The word used in tables and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Tier::Direct => "direct",
            Tier::Sensitive => "sensitive",
            Tier::Linkable => "linkable",
            Tier::Device => "device",
            Tier::Context => "context",
        }
    }

    /// The tier of a word, as [`Tier::word`] writes it.
    pub fn parse(word: &str) -> Option<Tier> {
        Tier::ALL.into_iter().find(|tier| tier.word() == word)
    }
}

/// How a value was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Form {
    /// Readable after percent, form or JSON decoding.
    Plain,
    /// Readable after base64, hex, decompression and the like.
    Encoded,
    /// A one-way hash.
    Hashed,
    /// Partly replaced, so that length or shape still shows.
    Masked,
    /// Encrypted.
    Encrypted,
    /// Nobody's data: empty, a template text, a test value, or their hashes.
    Placeholder,
}

impl Form {
    /// All forms, in the order of the enum.
    pub const ALL: [Form; 6] =
        [Form::Plain, Form::Encoded, Form::Hashed, Form::Masked, Form::Encrypted, Form::Placeholder];

    /// The word used in tables.
    pub fn word(self) -> &'static str {
        match self {
            Form::Plain => "plain",
            Form::Encoded => "encoded",
            Form::Hashed => "hashed",
            Form::Masked => "masked",
            Form::Encrypted => "encrypted",
            Form::Placeholder => "placeholder",
        }
    }

    /// The form of a word, as [`Form::word`] writes it.
    pub fn parse(word: &str) -> Option<Form> {
        Form::ALL.into_iter().find(|form| form.word() == word)
    }
}

macro_rules! data_classes {
    ($($(#[$doc:meta])* $name:ident $word:literal $tier:ident,)+) => {
        /// A kind of personal data.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum DataClass {
            $($(#[$doc])* $name,)+
        }

        impl DataClass {
            /// All classes, in the order of the enum: tier by tier.
            pub const ALL: [DataClass; [$(DataClass::$name),+].len()] = [$(DataClass::$name),+];

            /// The word used in tables, persona files and watch lists.
            pub fn word(self) -> &'static str {
                match self {
                    $(DataClass::$name => $word,)+
                }
            }

            /// The tier of the class.
            pub fn tier(self) -> Tier {
                match self {
                    $(DataClass::$name => Tier::$tier,)+
                }
            }

            /// The class of a word, as [`DataClass::word`] writes it.
            pub fn parse(word: &str) -> Option<DataClass> {
                match word {
                    $($word => Some(DataClass::$name),)+
                    _ => None,
                }
            }
        }
    };
}

data_classes! {
    /// A postal address as a whole; its parts are listed in the same finding.
    PostalAddress "postal_address" Direct,
    /// Street and house number.
    Street "street" Direct,
    /// E-mail address.
    Email "email" Direct,
    /// Login or screen name.
    Username "username" Direct,
    /// Phone number.
    Phone "phone" Direct,
    /// First name.
    FirstName "first_name" Direct,
    /// Last name.
    LastName "last_name" Direct,
    /// First and last name together.
    FullName "full_name" Direct,
    /// Date of birth.
    DateOfBirth "date_of_birth" Direct,
    /// Number of an official document or a social security number.
    NationalId "national_id" Direct,
    /// Payment card number.
    PaymentCard "payment_card" Direct,
    /// Bank account number.
    BankAccount "bank_account" Direct,
    /// Password, session or reset token, signed token.
    Credential "credential" Direct,
    /// An id of a person's account: the site's own, or that of the company that receives it.
    CustomerId "customer_id" Direct,
    /// Number of a parcel.
    ParcelTrackingNumber "parcel_tracking_number" Direct,
    /// Coordinates.
    PreciseLocation "precise_location" Direct,
    /// Employer.
    Employer "employer" Direct,
    /// Text that a person typed into a form.
    FormText "form_text" Direct,
    /// The page or its words tell of health, money, crisis, belief and the like.
    SensitivePage "sensitive_page" Sensitive,
    /// What a person searched for.
    SearchText "search_text" Sensitive,
    /// The words of what a person clicked.
    ClickText "click_text" Sensitive,
    /// A product that a person looked at.
    Product "product" Sensitive,
    /// A product that a person bought.
    Purchase "purchase" Sensitive,
    /// City.
    City "city" Linkable,
    /// State, province or county.
    Region "region" Linkable,
    /// Postal code.
    PostalCode "postal_code" Linkable,
    /// Country.
    Country "country" Linkable,
    /// Age.
    Age "age" Linkable,
    /// Gender.
    Gender "gender" Linkable,
    /// The domain of an e-mail address.
    EmailDomain "email_domain" Linkable,
    /// An IP address that the payload itself carries.
    IpAddress "ip_address" Linkable,
    /// A phone's or television's advertising id.
    AdvertisingId "advertising_id" Linkable,
    /// An id that stands for the browser.
    BrowserId "browser_id" Linkable,
    /// An id that stands for the click on an advertisement.
    ClickId "click_id" Linkable,
    /// An id that stands for the visit.
    SessionId "session_id" Linkable,
    /// Order number.
    OrderId "order_id" Linkable,
    /// Amount of money.
    Amount "amount" Linkable,
    /// Type of computer or phone, its operating system and hardware.
    Device "device" Device,
    /// Browser and version.
    Browser "browser" Device,
    /// Size of the screen or window.
    Screen "screen" Device,
    /// Language.
    Language "language" Device,
    /// Time zone.
    Timezone "timezone" Device,
    /// A user agent string in the payload.
    UserAgent "user_agent" Device,
    /// Client hints in the payload.
    ClientHints "client_hints" Device,
    /// The URL of the page.
    PageUrl "page_url" Context,
    /// The title of the page.
    PageTitle "page_title" Context,
    /// The URL of the page before.
    Referrer "referrer" Context,
}

impl DataClass {
    /// Whether an id that turns out to be of this class tells more than an id of that class: the
    /// hash of an address under the name of a customer's number is an address.
    pub fn tells_more_than(self, named: DataClass) -> bool {
        use DataClass as C;
        let is_id = matches!(
            named,
            C::AdvertisingId
                | C::BrowserId
                | C::ClickId
                | C::CustomerId
                | C::FormText
                | C::OrderId
                | C::SessionId
                | C::Username
        );
        is_id && matches!(self, C::Email | C::Phone | C::FullName | C::DateOfBirth | C::Street | C::PostalAddress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_classes_are_one_to_one() {
        for class in DataClass::ALL {
            assert_eq!(DataClass::parse(class.word()), Some(class));
            assert!(class.word().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        }
        assert_eq!(DataClass::parse("Email"), None);
        assert_eq!(DataClass::parse(""), None);
    }

    #[test]
    fn classes_fit_a_64_bit_set_and_are_numbered_without_gaps() {
        assert!(DataClass::ALL.len() <= 64);
        for (number, class) in DataClass::ALL.into_iter().enumerate() {
            assert_eq!(class as usize, number);
        }
    }

    #[test]
    fn classes_are_sorted_by_tier() {
        assert!(DataClass::ALL.windows(2).all(|pair| pair[0].tier() <= pair[1].tier()));
        assert_eq!(DataClass::FormText.tier(), Tier::Direct);
        assert_eq!(DataClass::Purchase.tier(), Tier::Sensitive);
        assert_eq!(DataClass::Amount.tier(), Tier::Linkable);
    }

    #[test]
    fn tier_and_form_words_can_be_read_back() {
        for tier in Tier::ALL {
            assert_eq!(Tier::parse(tier.word()), Some(tier));
        }
        for form in Form::ALL {
            assert_eq!(Form::parse(form.word()), Some(form));
        }
        assert_eq!(Tier::parse("secret"), None);
        assert_eq!(Form::parse("either"), None);
    }
}
