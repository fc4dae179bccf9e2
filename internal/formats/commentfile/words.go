package commentfile

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// words are the headings of a form in one language, the first of each is written into
// templates, all are understood.
type words map[string][]string

var headLanguages = []string{"en", "fr", "es", "ru", "ar", "zh"}

var heads = map[string]words{
	"en": {
		FieldName: {"Name", "Your name", "Contact", "Contact person", "Submitted by"}, FieldOrganisation: {"Organisation", "Organization", "Delegation", "Entity"},
		FieldGroup: {"Stakeholder group", "Group"}, FieldCountry: {"Country or region", "Country/region", "Country", "Region"},
		FieldEmail: {"E-mail", "Email", "Mail", "E-mail address", "Email address"}, FieldParagraph: {"Paragraph", "Para", "Paragraph number", "No", "Number", "Para no"},
		FieldText: {"Text of the paragraph", "Text", "Current text", "Original text"}, FieldQuote: {"Words commented on", "Quoted words", "Quote", "Words", "Selected words"},
		FieldComment: {"Comment", "Comments", "Remarks", "Your comment"}, FieldProposal: {"Proposed wording", "Proposal", "Proposed text", "Suggested text", "Suggested wording", "Proposed change"},
		FieldLanguage: {"Language", "Lang", "Language of the comment"},
	},
	"fr": {
		FieldName: {"Nom", "Votre nom", "Personne de contact"}, FieldOrganisation: {"Organisation", "Délégation", "Entité"},
		FieldGroup: {"Groupe de parties prenantes", "Groupe"}, FieldCountry: {"Pays ou région", "Pays/région", "Pays", "Région"},
		FieldEmail: {"Adresse électronique", "Courriel", "E-mail", "Adresse e-mail"}, FieldParagraph: {"Paragraphe", "Par", "Numéro", "Numéro du paragraphe", "N°"},
		FieldText: {"Texte du paragraphe", "Texte", "Texte actuel"}, FieldQuote: {"Mots commentés", "Mots cités", "Citation", "Passage"},
		FieldComment: {"Commentaire", "Commentaires", "Observations", "Observation"}, FieldProposal: {"Libellé proposé", "Proposition", "Texte proposé", "Formulation proposée"},
		FieldLanguage: {"Langue", "Langue du commentaire"},
	},
	"es": {
		FieldName: {"Nombre", "Su nombre", "Persona de contacto"}, FieldOrganisation: {"Organización", "Delegación", "Entidad"},
		FieldGroup: {"Grupo de partes interesadas", "Grupo"}, FieldCountry: {"País o región", "País/región", "País", "Región"},
		FieldEmail: {"Correo electrónico", "Correo", "E-mail"}, FieldParagraph: {"Párrafo", "Número", "Número de párrafo", "N.º"},
		FieldText: {"Texto del párrafo", "Texto", "Texto actual"}, FieldQuote: {"Palabras comentadas", "Palabras citadas", "Cita", "Pasaje"},
		FieldComment: {"Comentario", "Comentarios", "Observaciones"}, FieldProposal: {"Redacción propuesta", "Propuesta", "Texto propuesto"},
		FieldLanguage: {"Idioma", "Lengua", "Idioma del comentario"},
	},
	"ru": {
		FieldName: {"Имя", "Имя и фамилия", "ФИО", "Контактное лицо"}, FieldOrganisation: {"Организация", "Делегация"},
		FieldGroup: {"Группа заинтересованных сторон", "Группа"}, FieldCountry: {"Страна или регион", "Страна/регион", "Страна", "Регион"},
		FieldEmail: {"Электронная почта", "Адрес электронной почты", "Эл. почта", "E-mail"}, FieldParagraph: {"Абзац", "Пункт", "Номер", "Номер абзаца", "№"},
		FieldText: {"Текст абзаца", "Текст", "Текст пункта"}, FieldQuote: {"Комментируемые слова", "Цитата", "Слова"},
		FieldComment: {"Комментарий", "Комментарии", "Замечание", "Замечания"}, FieldProposal: {"Предлагаемая формулировка", "Предложение", "Предлагаемый текст"},
		FieldLanguage: {"Язык", "Язык комментария"},
	},
	"ar": {
		FieldName: {"الاسم", "اسمكم"}, FieldOrganisation: {"المنظمة", "المؤسسة", "الوفد"},
		FieldGroup: {"مجموعة أصحاب المصلحة", "المجموعة"}, FieldCountry: {"البلد أو المنطقة", "البلد/المنطقة", "البلد", "المنطقة"},
		FieldEmail: {"البريد الإلكتروني", "عنوان البريد الإلكتروني"}, FieldParagraph: {"الفقرة", "رقم الفقرة", "الرقم"},
		FieldText: {"نص الفقرة", "النص"}, FieldQuote: {"الكلمات موضع التعليق", "الكلمات المقتبسة", "الاقتباس"},
		FieldComment: {"التعليق", "التعليقات", "الملاحظات"}, FieldProposal: {"الصياغة المقترحة", "الاقتراح", "النص المقترح"},
		FieldLanguage: {"اللغة", "لغة التعليق"},
	},
	"zh": {
		FieldName: {"姓名", "联系人"}, FieldOrganisation: {"组织", "机构", "单位", "代表团"},
		FieldGroup: {"利益攸关方群体", "利益攸关方团体", "群体", "组别"}, FieldCountry: {"国家或区域", "国家/区域", "国家或地区", "国家/地区", "国家", "区域", "地区"},
		FieldEmail: {"电子邮件", "电子邮箱", "邮箱", "电邮"}, FieldParagraph: {"段落", "段", "段号", "段落编号", "编号"},
		FieldText: {"段落原文", "案文", "原文", "文本"}, FieldQuote: {"所评论的词句", "引文", "词句", "引用"},
		FieldComment: {"评论", "意见", "评论意见"}, FieldProposal: {"建议措辞", "拟议措辞", "建议", "建议案文"},
		FieldLanguage: {"语言", "语文", "评论语言"},
	},
}

var languageNames = map[string][]string{
	"en": {"en", "eng", "English", "anglais", "inglés", "английский", "الإنجليزية", "الانكليزية", "英语", "英文"},
	"fr": {"fr", "fra", "fre", "French", "français", "francés", "французский", "الفرنسية", "法语", "法文"},
	"es": {"es", "spa", "Spanish", "espagnol", "español", "castellano", "испанский", "الإسبانية", "西班牙语", "西班牙文"},
	"ru": {"ru", "rus", "Russian", "russe", "ruso", "русский", "الروسية", "俄语", "俄文"},
	"ar": {"ar", "ara", "Arabic", "arabe", "árabe", "арабский", "العربية", "阿拉伯语", "阿拉伯文"},
	"zh": {"zh", "zho", "chi", "Chinese", "chinois", "chino", "китайский", "الصينية", "中文", "汉语"},
}

// wholeText is how people say that a comment is on no paragraph in particular; the first
// of each language is written into templates.
var wholeText = map[string][]string{
	"en": {"Whole text", "The whole text", "All", "Whole document", "General", "General comment", "Overall"},
	"fr": {"Texte entier", "Ensemble", "Ensemble du texte", "Tout", "Tout le texte", "Général"},
	"es": {"Texto completo", "Todo", "Todo el texto", "General"},
	"ru": {"Весь текст", "Текст в целом", "В целом", "Общее"},
	"ar": {"النص كله", "النص بأكمله", "عام"},
	"zh": {"全文", "总体", "整体", "总体意见"},
}

// What folded headings and names mean: of columns, of lines about the sender, of
// languages, and of the whole text.
var (
	columnFields = map[string]string{}
	senderFields = map[string]string{}
	languages    = map[string]string{}
	whole        = map[string]bool{}
)

func init() {
	for _, lang := range headLanguages {
		for _, w := range wholeText[lang] {
			whole[fold(w)] = true
		}
		for field, list := range heads[lang] {
			to := columnFields
			switch field {
			case FieldName, FieldOrganisation, FieldGroup, FieldCountry, FieldEmail:
				to = senderFields
			}
			for _, w := range list {
				to[fold(w)] = field
			}
		}
		for _, w := range languageNames[lang] {
			languages[fold(w)] = lang
		}
	}
}

// fold makes headings comparable: letters and digits only, without accents and case.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		} else if r == '№' || r == '°' || r == 'º' {
			b.WriteRune('#')
		}
	}
	return b.String()
}

func headField(s string) string { return senderFields[fold(s)] }

// headings tells whether a row is the heading of a table, and which column is which: the
// paragraph, and the comment or the proposed wording. Columns with other words are
// passed over.
func headings(l line) (map[int]string, Problems) {
	cols, seen := map[int]string{}, map[string]int{}
	for i, c := range l.cells {
		if len(c) > 200 {
			return nil, nil
		}
		if f := columnFields[fold(c)]; f != "" {
			cols[i] = f
			seen[f]++
		}
	}
	if seen[FieldParagraph] == 0 || seen[FieldComment]+seen[FieldProposal] == 0 {
		return nil, nil
	}
	var bad Problems
	for _, f := range []string{FieldParagraph, FieldQuote, FieldComment, FieldProposal, FieldLanguage} {
		if seen[f] > 1 {
			bad = append(bad, problem(l.row, f, CodeTwice)...)
		}
	}
	return cols, bad
}

// language finds the code of a language by its name in any of the six or its code.
func language(s string) (string, bool) {
	if s == "" {
		return "", true
	}
	tag, _, _ := strings.Cut(strings.ReplaceAll(s, "_", "-"), "-")
	for _, w := range []string{s, tag} {
		if code, ok := languages[fold(w)]; ok {
			return code, true
		}
	}
	return "", false
}

// written is the language of the words that a template has: one of the six.
func written(lang string) string {
	if heads[lang] == nil {
		return "en"
	}
	return lang
}

func word(lang, field string) string { return heads[written(lang)][field][0] }
