package participation

import (
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/web"
)

// letterSheet is a letter as it is printed, in its own language.
type letterSheet struct {
	Lang, Dir        string
	Forum, Edition   string
	Address          []string
	Date, Title      string
	Dear             string
	Opening, Closing []string
	Facts            []fact
	Own              []string
	Sign             string
	VerifyText       string
	VerifyURL, Code  string
}

// sheet writes a letter in its language.
func (w *Web) sheet(c *web.C, set *editions.Setting, r *Registration, l *Letter) (letterSheet, error) {
	forum, err := w.s.Editions.Forum(c.Context())
	if err != nil {
		return letterSheet{}, err
	}
	own, err := settingOf(c.Context(), w.s.rec.DB.Read, set.ID)
	if err != nil {
		return letterSheet{}, err
	}
	lang := l.Lang
	t := func(key string, args ...any) string {
		return w.s.Catalog.T(lang, "participation.letter."+key, args...)
	}
	in := func(x core.Text) string { s, _ := x.In(lang); return s }
	country := func(code string) string {
		x, _ := w.s.Vocab.Country(code)
		return in(x.Name)
	}
	first, err1 := core.ParseDate(set.FirstDay)
	last, err2 := core.ParseDate(set.LastDay)
	dates := ""
	if err1 == nil && err2 == nil {
		dates = i18n.DateRange(lang, first, last)
	}
	where := t("where", "City", in(set.City), "Country", country(set.Country))
	sh := letterSheet{
		Lang: lang, Dir: core.Dir(lang), Forum: in(forum.Name), Edition: in(set.Name), Date: i18n.Date(lang, l.Issued.In(set.Zone)), Title: t("heading." + l.Kind),
		Own: core.Lines(in(own.Letters[l.Kind])), Code: l.Code, VerifyURL: w.s.BaseURL + "/verify/" + l.Code, VerifyText: t("verify.how", "Address", w.s.BaseURL+"/verify"),
	}
	if address := in(own.Letters[wordsAddress]); address != "" {
		sh.Address = core.Lines(address)
	} else {
		for _, v := range set.Venues[:min(1, len(set.Venues))] {
			sh.Address = append([]string{in(v.Name)}, core.Lines(v.Address)...)
		}
	}
	if forum.Contact != "" {
		sh.Address = append(sh.Address, forum.Contact)
	}
	if sh.Sign = in(own.Letters[wordsSign]); sh.Sign == "" {
		sh.Sign = t("sign", "Forum", sh.Forum)
	}
	add := func(key, words string) {
		if words != "" {
			sh.Facts = append(sh.Facts, fact{t("fact." + key), words})
		}
	}
	day := func(s string) string {
		d, err := core.ParseDate(s)
		if err != nil {
			return ""
		}
		return i18n.Date(lang, d)
	}
	args := []any{"Forum", sh.Forum, "Edition", sh.Edition, "Place", where, "Dates", dates}
	switch l.Kind {
	case LetterVisa:
		sh.Dear = t("dear.visa")
		sh.Opening = []string{t("visa.opening", append(args, "Name", r.Visa.Name)...)}
		add("name", r.Visa.Name)
		add("nationality", country(r.Visa.Nationality))
		add("passport_number", r.Visa.Passport)
		add("born", day(r.Visa.Born))
		add("organisation", r.Organisation)
		add("function", r.Title)
		add("arrives", day(r.Visa.Arrives))
		add("leaves", day(r.Visa.Leaves))
		add("number", strconv.Itoa(r.Number))
		sh.Closing = []string{t("visa.closing"), t("visa.costs", args...)}
	default:
		sh.Dear = t("dear.confirmation")
		sh.Opening = []string{t("confirmation.opening", append(args, "Name", r.Name)...)}
		add("name", strings.TrimSpace(r.Honorific+" "+r.Name))
		add("organisation", r.Organisation)
		add("function", r.Title)
		add("country", country(r.Country))
		if cat := own.Category(r.Category); cat != nil {
			add("category", in(cat.Name))
		}
		add("mode", w.s.Catalog.T(lang, "participation.mode."+r.Mode))
		add("number", strconv.Itoa(r.Number))
	}
	return sh, nil
}
