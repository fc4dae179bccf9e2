package core

// Langs are the six languages of the program, in the order in which they are offered.
var Langs = []string{"en", "fr", "es", "ru", "zh", "ar"}

// LangKnown tells whether the program speaks the language.
func LangKnown(lang string) bool {
	for _, l := range Langs {
		if l == lang {
			return true
		}
	}
	return false
}

// Dir gives the direction in which a language is written.
func Dir(lang string) string {
	switch lang {
	case "ar", "fa", "he", "ur":
		return "rtl"
	}
	return "ltr"
}
