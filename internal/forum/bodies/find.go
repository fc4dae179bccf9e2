package bodies

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"plenary/internal/core"
)

// fold makes a text comparable: small letters without accents, words of letters and
// figures with one space between them.
func fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range core.Fold(s) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		case r == '\'': // children's is one word
		default:
			gap = true
		}
	}
	return b.String()
}

var hyphens = regexp.MustCompile(`-+`)

// slugOf makes an address of a name: Latin letters, figures and hyphens. It is empty
// for a name in another script; somebody then has to say one.
func slugOf(s string) string {
	var b strings.Builder
	for _, r := range fold(s) {
		switch {
		case r == ' ':
			b.WriteByte('-')
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		}
	}
	out := strings.Trim(hyphens.ReplaceAllString(b.String(), "-"), "-")
	if len(out) > 60 {
		out = strings.Trim(out[:60], "-")
	}
	return out
}

// A Match is a body that a name may mean. Sure says that the name or the acronym is
// the body's own; without it, only a part of the name is.
type Match struct {
	Body Body
	Sure bool
}

// openings are how texts write the kind of a body before its name. "DC" alone is no
// opening: it is part of acronyms.
var openings = []struct {
	re   *regexp.Regexp
	kind string
}{
	{regexp.MustCompile(`^(?:igf )?(?:dynamic coalition|dc) (?:on|for) (?:the )?`), "dynamic-coalition"},
	{regexp.MustCompile(`^(?:igf )?(?:best practices? forum|bpf) (?:on |for )?(?:the )?`), "best-practice-forum"},
	{regexp.MustCompile(`^(?:igf )?(?:policy network|pn) (?:on |for )?(?:the )?`), "policy-network"},
	{regexp.MustCompile(`^(?:igf |mag )?(?:working group|wg) (?:on |for )?(?:the )?`), "working-group"},
}

var bracketed = regexp.MustCompile(`\(([^()]+)\)`)

// Find looks for the bodies that a name or acronym in a text may mean, the surest
// first: "DCAD", "Dynamic Coalition on Accessibility and Disability (DCAD)", "IGF
// Benin". Anybody may ask.
func (s *Service) Find(ctx context.Context, name string) ([]Match, error) {
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	return find(all.list, name), nil
}

func find(list []Body, name string) []Match {
	wanted, kind := wantedKeys(name)
	if len(wanted) == 0 {
		return nil
	}
	var sure, maybe []Match
	for _, b := range list {
		if kind != "" && b.Kind != kind {
			continue
		}
		keys := b.keys()
		switch {
		case slices.ContainsFunc(keys, func(k string) bool { return slices.Contains(wanted, k) }):
			sure = append(sure, Match{b, true})
		case slices.ContainsFunc(keys, func(k string) bool { return partOf(k, wanted[0]) }):
			maybe = append(maybe, Match{b, false})
		}
	}
	return append(sure, maybe...)
}

// wantedKeys are the folded forms under which a written name is looked for.
func wantedKeys(name string) (keys []string, kind string) {
	add := func(s string) {
		if s = fold(s); s != "" && !slices.Contains(keys, s) {
			keys = append(keys, s)
		}
	}
	plain := bracketed.ReplaceAllString(name, " ")
	folded := fold(plain)
	for _, o := range openings {
		if rest := o.re.ReplaceAllString(folded, ""); rest != folded && rest != "" {
			add(rest)
			kind = o.kind
			break
		}
	}
	add(plain)
	for _, m := range bracketed.FindAllStringSubmatch(name, -1) {
		add(m[1])
	}
	if rest, ok := strings.CutPrefix(folded, "igf "); ok && kind == "" {
		add(rest + " igf")
	}
	return keys, kind
}

// keys are the folded forms under which a body is known.
func (b Body) keys() []string {
	keys := []string{fold(b.Acronym)}
	for _, l := range core.Langs {
		keys = append(keys, fold(b.Name.By[l]))
	}
	return slices.DeleteFunc(keys, func(k string) bool { return k == "" })
}

// partOf tells whether the words of part stand in whole in this order. A part of less
// than four letters says nothing.
func partOf(whole, part string) bool {
	return len([]rune(part)) >= 4 && strings.Contains(" "+whole+" ", " "+part+" ")
}

// holds tells whether every word that somebody searches for begins a word of the body.
func (b Body) holds(search string) bool {
	text := " " + strings.Join(b.keys(), " ")
	for w := range strings.FieldsSeq(fold(search)) {
		if !strings.Contains(text, " "+w) {
			return false
		}
	}
	return true
}
