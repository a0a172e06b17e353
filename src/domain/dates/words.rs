//! Dates in words: names of months, days, zones and halves of the day, in any order.

use jiff::Timestamp;

use super::{Clock, Moment, iso::clock, offset, whole_year};

/// The beginnings of the names of each month, January first: English, German, Dutch, Scandinavian,
/// French, Spanish, Portuguese, Italian, Romanian, Polish, Czech, Russian, Ukrainian, Greek,
/// Hungarian, Turkish, Finnish, Indonesian. The longest beginning of a name decides.
const MONTHS: [&str; 12] = [
    "jan jän ene gen ian sty led янв січ ιαν oca tammi",
    "feb fév fev lut úno фев лют φεβ φεύ şub helmi",
    "mar mär mrz maer mrt maart bře мар бер μάρ μαρ már maalis",
    "apr avr abr kwi dub апр кві απρ ápr nis huhti",
    "may maj mai mei mag kvě мая май тра μάι μαΐ μαϊ μαι máj touko",
    "jun juin giu iun cze čer июн чер ιούν ιουν jún haz kesä",
    "jul juil lug iul lip červenec července июл лип ιούλ ιουλ júl tem heinä",
    "aug aoû aou ago sie srp авг сер αύγ αυγ ağu elo agu",
    "sep set wrz zář сен вер σεπ szep eyl syys",
    "oct okt out ott paź paz říj окт жов οκτ eki loka",
    "nov lis ноя лис νοέ νοε kas marras",
    "dec dez des déc dic gru pro дек гру δεκ ara joulu",
];
/// Names of weekdays that begin like a month.
const WEEKDAYS: &[&str] = &["mardi", "martes", "martedì", "martedi", "marţi", "marți"];
/// Minutes east of UTC. Where a name has several meanings, the one that feeds mean.
const ZONES: &[(i32, &str)] = &[
    (-600, "hst"),
    (-540, "akst"),
    (-480, "pst pt akdt"),
    (-420, "mst mt pdt"),
    (-360, "cst ct mdt"),
    (-300, "est et cdt"),
    (-240, "clt ast edt"),
    (-210, "nst"),
    (-180, "brt art adt"),
    (-150, "ndt"),
    (-120, "brst"),
    (0, "z ut utc gmt wet"),
    (60, "west bst cet met mez"),
    (120, "cest mest mesz eet sast cat"),
    (180, "idt eest msk trt eat"),
    (240, "msd gst"),
    (300, "pkt"),
    (330, "ist"),
    (345, "npt"),
    (420, "ict wib"),
    (480, "hkt sgt myt pht awst"),
    (540, "jst kst"),
    (570, "acst"),
    (600, "aest"),
    (630, "acdt"),
    (660, "aedt"),
    (720, "nzst"),
    (780, "nzdt"),
];
const MORNING: &[&str] = &["am", "上午", "午前", "오전", "πμ", "早上", "凌晨"];
const AFTERNOON: &[&str] = &["pm", "下午", "午後", "오후", "μμ", "晚上", "中午"];

/// The zone of that name, in lower case.
pub(super) fn zone(name: &str) -> Option<i32> {
    let known = ZONES.iter().find(|(_, names)| names.split(' ').any(|it| it == name));
    known.map(|(minutes, _)| *minutes)
}

pub(super) fn read(text: &str) -> Option<Timestamp> {
    let mut found = Found::default();
    for word in spaced(text).split_whitespace() {
        found.take(word);
    }
    found.moment()?.timestamp()
}

/// In lower case, with blanks between what belongs to different words, and East Asian unit letters
/// replaced by the signs that stand for them elsewhere.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let text = text.split('(').next().unwrap_or_default().to_lowercase();
    let text = text.replace("a.m.", "am").replace("p.m.", "pm");
    let mut before = ' ';
    for letter in text.chars() {
        let written = match letter {
            '年' | '月' | '년' | '월' | '日' | '일' | '秒' | '초' | '・' | ',' | ';' => {
                ' '
            }
            '時' | '时' | '点' | '시' | '分' | '분' => ':',
            // Behind a digit it parts seconds from their fraction, or a day from a month.
            '.' if !before.is_ascii_digit() => ' ',
            letter => letter,
        };
        let splits =
            (before.is_ascii_digit() && letter.is_alphabetic() && !written.is_whitespace())
                || (before.is_alphabetic() && (letter.is_ascii_digit() || letter == '+'))
                || (before.is_alphabetic() && letter == '-')
                || (before == '-' && letter.is_alphabetic());
        if splits && written != ':' {
            out.push(' ');
        }
        out.push(written);
        before = letter;
    }
    out
}

/// What the words of a date said so far.
#[derive(Debug, Default)]
struct Found {
    /// With the number of digits.
    numbers: Vec<(i16, usize)>,
    month: Option<i8>,
    /// How many numbers stood before the month.
    before_month: usize,
    clock: Option<Clock>,
    afternoon: Option<bool>,
    offset_min: Option<i32>,
    impossible: bool,
}

impl Found {
    fn take(&mut self, word: &str) {
        let first = word.chars().next().unwrap_or_default();
        if first.is_ascii_digit() {
            self.take_digits(word);
        } else if matches!(first, '+' | '-' | '−') {
            let digits = word.trim_start_matches(['+', '-', '−']);
            match offset(word).filter(|_| self.clock.is_some()) {
                Some(minutes) => self.offset_min = Some(minutes),
                None if self.clock.is_none() && !digits.is_empty() => self.take_digits(digits),
                None => self.impossible |= !digits.is_empty(),
            }
        } else {
            self.take_name(word.trim_matches(['.', '-', '\'', '´', '’']));
        }
    }

    fn take_digits(&mut self, word: &str) {
        if word.contains(':') {
            let end = word.rfind(['+', '-']).filter(|at| word[..*at].contains(':'));
            let (time, zone) = word.split_at(end.unwrap_or(word.len()));
            match clock(time) {
                Some((clock, _)) => self.clock = Some(clock),
                None => self.impossible = true,
            }
            if !zone.is_empty() {
                self.take(zone);
            }
            return;
        }
        for part in word.split(['-', '/', '.', '\'']).filter(|part| !part.is_empty()) {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            if let Ok(number) = part[..digits].parse() {
                self.numbers.push((number, digits));
            }
        }
        if self.month.is_none() && self.numbers.len() == 3 {
            self.take_numeric(word);
        }
    }

    /// `02.03.2026` begins with the day, `03/02/2026` with the month wherever that is possible.
    fn take_numeric(&mut self, word: &str) {
        let [(first, digits), (second, _), _] = self.numbers[..] else { return };
        if digits > 2 {
            self.month = i8::try_from(second).ok();
            self.numbers.remove(1);
        } else if second > 12 || (word.contains('/') && first <= 12) {
            self.month = i8::try_from(first).ok();
            self.numbers.remove(0);
        } else {
            self.month = i8::try_from(second).ok();
            self.numbers.remove(1);
        }
        self.before_month = 1;
    }

    fn take_name(&mut self, name: &str) {
        let is_one_of = |names: &[&str]| names.contains(&name);
        if is_one_of(MORNING) || is_one_of(AFTERNOON) {
            self.afternoon = Some(is_one_of(AFTERNOON));
        } else if let Some(minutes) = zone(name).filter(|_| self.clock.is_some()) {
            self.offset_min.get_or_insert(minutes);
        } else if let Some(month) =
            month(name).filter(|_| self.clock.is_none() || self.month.is_none())
        {
            // "mar, 3 mar": the first is a Tuesday.
            self.month = Some(month);
            self.before_month = self.numbers.len();
        }
    }

    fn moment(&self) -> Option<Moment> {
        if self.impossible {
            return None;
        }
        let month = self.month?;
        let (day, (year, digits)) = match self.numbers[..] {
            [first, second, ..] if first.1 > 2 => (second.0, first),
            [first, second, ..] => (first.0, second),
            [only] if only.1 == 4 => (1, only),
            _ => return None,
        };
        let mut clock = self.clock.unwrap_or_default();
        match self.afternoon {
            Some(true) if clock.hour < 12 => clock.hour += 12,
            Some(false) if clock.hour == 12 => clock.hour = 0,
            _ => {}
        }
        Some(Moment {
            year: whole_year(year, digits),
            month,
            day: i8::try_from(day).ok()?,
            clock,
            offset_min: self.offset_min.unwrap_or(0),
        })
    }
}

fn month(name: &str) -> Option<i8> {
    if WEEKDAYS.contains(&name) {
        return None;
    }
    let beginnings = (1..)
        .zip(MONTHS)
        .flat_map(|(month, names)| names.split(' ').map(move |beginning| (month, beginning)));
    let fitting = beginnings.filter(|(_, beginning)| name.starts_with(beginning));
    fitting.max_by_key(|(_, beginning)| beginning.len()).map(|(month, _)| month)
}
