//! Decides which character each byte stands for in the code pages of IBM that DOS and mainframes used.
//!
//! The tables are the registry's. A page of DOS is ASCII in its lower half, so only the upper one is written; those of
//! mainframes (EBCDIC) are an arrangement of the 256 characters of Latin-1.

use std::collections::HashMap;

/// A code page: what each byte stands for.
#[derive(Clone, Copy)]
pub(super) struct CodePage {
    /// The characters of the upper half, or of all bytes.
    table: &'static str,
    /// What stands in other places than the table says.
    other: &'static [(u8, char)],
}

impl CodePage {
    /// The page of a name or alias of the IANA registry, in lower case.
    pub(super) fn find(name: &str) -> Option<Self> {
        let (table, other): (_, &'static [(u8, char)]) = match name {
            "ibm437" | "cp437" | "437" | "cspc8codepage437" => (DOS_437, &[]),
            "ibm850" | "cp850" | "850" | "cspc850multilingual" => (DOS_850, &[]),
            "ibm00858" | "ccsid00858" | "cp00858" | "pc-multilingual-850+euro" | "csibm00858" => {
                (DOS_850, &[(0xd5, '€')])
            }
            "ibm852" | "cp852" | "852" | "cspcp852" => (DOS_852, &[]),
            "ibm855" | "cp855" | "855" | "csibm855" => (DOS_855, &[]),
            "ibm860" | "cp860" | "860" | "csibm860" => (DOS_860, &[]),
            "ibm862" | "cp862" | "862" | "cspc862latinhebrew" => (DOS_862, &[]),
            "ibm863" | "cp863" | "863" | "csibm863" => (DOS_863, &[]),
            "ibm865" | "cp865" | "865" | "csibm865" => (DOS_865, &[]),
            "ibm037" | "cp037" | "ebcdic-cp-us" | "ebcdic-cp-ca" | "ebcdic-cp-wt"
            | "ebcdic-cp-nl" | "csibm037" => (EBCDIC, &[]),
            "ibm1047" | "ibm-1047" | "csibm1047" => (EBCDIC, LATIN_1_OPEN_SYSTEMS),
            "ibm01140" | "ccsid01140" | "cp01140" | "ebcdic-us-37+euro" | "csibm01140" => {
                (EBCDIC, &[(0x9f, '€')])
            }
            _ => return None,
        };
        Some(Self { table, other })
    }

    /// All characters, in the order of their bytes.
    fn characters(self) -> Vec<char> {
        let written: Vec<char> = self.table.chars().collect();
        let mut all: Vec<char> = (0..256usize.saturating_sub(written.len()))
            .filter_map(|i| u8::try_from(i).ok().map(char::from))
            .chain(written)
            .collect();
        for (byte, c) in self.other {
            all[usize::from(*byte)] = *c;
        }
        all
    }

    /// The bytes of a text; nothing where a character has none.
    pub(super) fn encode(self, text: &str) -> Option<Vec<u8>> {
        let bytes: HashMap<char, u8> = self.characters().into_iter().zip(0..=u8::MAX).collect();
        text.chars().map(|c| bytes.get(&c).copied()).collect()
    }

    /// The text of bytes.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        let all = self.characters();
        bytes.iter().map(|b| all[usize::from(*b)]).collect()
    }
}

/// What IBM1047 has in other places than IBM037.
const LATIN_1_OPEN_SYSTEMS: &[(u8, char)] = &[
    (0x5f, '^'),
    (0xad, '['),
    (0xb0, '¬'),
    (0xba, 'Ý'),
    (0xbb, '¨'),
    (0xbd, ']'),
];

/// United States.
const DOS_437: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
    áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// Western Europe.
const DOS_850: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ\
    áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
    ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// Central Europe.
const DOS_852: &str = "\
    ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×č\
    áíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐\
    └┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀\
    ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";

/// Cyrillic.
const DOS_855: &str = "\
    ђЂѓЃёЁєЄѕЅіІїЇјЈљЉњЊћЋќЌўЎџЏюЮъЪ\
    аАбБцЦдДеЕфФгГ«»░▒▓│┤хХиИ╣║╗╝йЙ┐\
    └┴┬├─┼кК╚╔╩╦╠═╬¤лЛмМнНоОп┘┌█▄Пя▀\
    ЯрРсСтТуУжЖвВьЬ№\u{ad}ыЫзЗшШэЭщЩчЧ§■\u{a0}";

/// Portugal.
const DOS_860: &str = "\
    ÇüéâãàÁçêÊèÍÔìÃÂÉÀÈôõòÚùÌÕÜ¢£Ù₧Ó\
    áíóúñÑªº¿Ò¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// Hebrew.
const DOS_862: &str = "\
    אבגדהוזחטיךכלםמןנסעףפץצקרשת¢£¥₧ƒ\
    áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// Canada.
const DOS_863: &str = "\
    ÇüéâÂà¶çêëèïî‗À§ÉÈÊôËÏûù¤ÔÜ¢£ÙÛƒ\
    ¦´óú¨¸³¯Î⌐¬½¼¾«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// Denmark and Norway.
const DOS_865: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø₧ƒ\
    áíóúñÑªº¿⌐¬½¼¡«¤░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// Mainframes in the United States and Canada.
const EBCDIC: &str = "\
    \u{0}\u{1}\u{2}\u{3}\u{9c}\u{9}\u{86}\u{7f}\u{97}\u{8d}\u{8e}\u{b}\u{c}\u{d}\u{e}\u{f}\u{10}\u{11}\u{12}\u{13}\u{9d}\u{85}\u{8}\u{87}\u{18}\u{19}\u{92}\u{8f}\u{1c}\u{1d}\u{1e}\u{1f}\
    \u{80}\u{81}\u{82}\u{83}\u{84}\u{a}\u{17}\u{1b}\u{88}\u{89}\u{8a}\u{8b}\u{8c}\u{5}\u{6}\u{7}\u{90}\u{91}\u{16}\u{93}\u{94}\u{95}\u{96}\u{4}\u{98}\u{99}\u{9a}\u{9b}\u{14}\u{15}\u{9e}\u{1a}\
    \u{20}\u{a0}âäàáãåçñ¢.<(+|&éêëèíîïìß!$*);¬\
    -/ÂÄÀÁÃÅÇÑ¦,%_>?øÉÊËÈÍÎÏÌ`:#@'=\"\
    Øabcdefghi«»ðýþ±°jklmnopqrªºæ¸Æ¤\
    µ~stuvwxyz¡¿ÐÝÞ®^£¥·©§¶¼½¾[]¯¨´×\
    {ABCDEFGHI\u{ad}ôöòóõ}JKLMNOPQR¹ûüùúÿ\
    \\÷STUVWXYZ²ÔÖÒÓÕ0123456789³ÛÜÙÚ\u{9f}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_a_character_of_its_own_for_every_byte() {
        for name in [
            "437", "850", "ibm00858", "852", "855", "860", "862", "863", "865", "cp037", "ibm1047",
            "ibm01140",
        ] {
            let page = CodePage::find(name).unwrap();
            let bytes: Vec<u8> = (0..=u8::MAX).collect();
            let text = page.decode(&bytes);
            assert_eq!(text.chars().count(), 256, "{name}");
            assert_eq!(page.encode(&text), Some(bytes), "{name}");
        }
        assert!(CodePage::find("ibm864").is_none());
    }

    #[test]
    fn characters_lie_where_the_registry_has_them() {
        let encode = |name: &str, text: &str| CodePage::find(name).unwrap().encode(text);
        assert_eq!(encode("ibm437", "aéß╔"), Some(vec![0x61, 0x82, 0xe1, 0xc9]));
        assert_eq!(encode("ibm437", "€"), None);
        assert_eq!(encode("ibm850", "€"), None);
        assert_eq!(encode("ibm00858", "€"), Some(vec![0xd5]));
        assert_eq!(encode("ibm037", "a[]^"), Some(vec![0x81, 0xba, 0xbb, 0xb0]));
        assert_eq!(
            encode("ibm1047", "a[]^"),
            Some(vec![0x81, 0xad, 0xbd, 0x5f])
        );
        assert_eq!(encode("ibm01140", "€"), Some(vec![0x9f]));
    }
}
