package ledger

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Symbol is the symbol of a document of the United Nations, taken apart (E157).
type Symbol struct {
	Text string // as it is written: A/RES/70/125
	Key  string // by which it is found: without spaces, in capitals
	Body string // the series before the first stroke: A, E, CSTD, WSIS-05
}

// The shape: parts between strokes, of which at least one holds a digit; behind them
// what was added: "(Rev.1)", "Rev.1", "Add.2", "Corr.1".
var symbolForm = regexp.MustCompile(`^[A-Z][A-Z0-9.\-]*(/[A-Z0-9][A-Z0-9.\-_&]*)+(\([A-Z0-9./\- ]+\))?$`)

const longestSymbol = 80

// ParseSymbol reads the symbol of a document as people write it: in any case, with
// spaces around strokes, with the long forms of hyphens, with "UN Doc." before it, or as
// the address of the page of a document. ok is false for what is none.
func ParseSymbol(s string) (sym Symbol, ok bool) {
	s = norm.NFKC.String(s)
	if len(s) > 2000 {
		return Symbol{}, false
	}
	if from, found := symbolInAddress(s); found {
		s = from
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '‐' || r == '‑' || r == '–' || r == '—' || r == '−':
			return '-'
		case r == '⁄' || r == '∕' || r == '／' || r == '\\':
			return '/'
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
	s = strings.Trim(strings.Join(strings.Fields(s), " "), " .,;:[]{}\"'“”«»")
	for _, before := range []string{"UNITED NATIONS DOCUMENT", "UN DOCUMENT", "UN DOC.", "UN DOC", "U.N. DOC.", "DOCUMENT", "DOC.", "SYMBOL:", "RESOLUTION"} {
		if rest, cut := strings.CutPrefix(s, before); cut {
			s = strings.TrimSpace(rest)
			break
		}
	}
	for _, gap := range []string{" /", "/ ", " (", "( ", " )", ". "} {
		s = strings.ReplaceAll(s, gap, strings.TrimSpace(gap))
	}
	if len(s) > longestSymbol || !symbolForm.MatchString(s) || !strings.ContainsAny(s, "0123456789") {
		return Symbol{}, false
	}
	body, _, _ := strings.Cut(s, "/")
	// WSIS writes (Rev.1), others Rev.1 behind a stroke: both are found by one key.
	key := strings.NewReplacer("(", "/", ")", "").Replace(s)
	return Symbol{Text: pretty(s), Key: key, Body: body}, true
}

// pretty writes what was added as it is usually written.
func pretty(s string) string {
	for _, w := range []string{"Rev.", "Add.", "Corr.", "Amend."} {
		s = strings.ReplaceAll(s, strings.ToUpper(w), w)
	}
	return s
}

// symbolInAddress finds the symbol in an address: view_doc.asp?symbol=A/RES/70/125,
// undocs.org/A/RES/70/125, docs.un.org/en/A/RES/70/125.
func symbolInAddress(s string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return "", false
	}
	query := u.Query()
	for _, name := range []string{"symbol", "Symbol", "DS", "ds"} {
		if v := query.Get(name); v != "" {
			return v, true
		}
	}
	switch strings.ToLower(u.Hostname()) {
	case "undocs.org", "www.undocs.org", "docs.un.org":
		path := strings.Trim(u.Path, "/")
		if first, rest, cut := strings.Cut(path, "/"); cut && len(first) == 2 && first == strings.ToLower(first) {
			path = rest
		}
		return path, path != ""
	}
	return "", false
}
