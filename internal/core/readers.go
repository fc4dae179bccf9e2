package core

import (
	"maps"
	"slices"
	"strings"
)

// Readers of things that not everybody may find: tokens that a room writes on a thing as
// its policy says, and that an actor carries.

// StaffReaders are the staff of the whole forum and of a scope. Staff of a scope alone
// are not meant where the scope is the forum.
func StaffReaders(scope string) []string {
	if scope == "" || scope == ScopeForum {
		return []string{"staff:*"}
	}
	return []string{"staff:*", "staff:" + scope}
}

// EditorReaders are those who compile Messages, in the whole forum and in a scope.
func EditorReaders(scope string) []string { return []string{"editor:*", "editor:" + scope} }

// PersonReader is one person.
func PersonReader(id ID) string { return "person:" + string(id) }

// Readers are the tokens of an actor, besides what everybody is.
func (a Actor) Readers() []string {
	if a.Program != "" {
		return []string{"staff:*", "editor:*"}
	}
	var out []string
	if a.SignedIn() && a.Person != "" {
		out = append(out, PersonReader(a.Person))
	}
	for _, g := range a.Grants {
		scope := g.Scope
		if scope == ScopeForum {
			scope = "*"
		}
		switch g.Role {
		case RoleSecretariat, RoleAdmin:
			out = append(out, "staff:"+scope)
		case RoleEditor:
			out = append(out, "editor:"+scope)
		}
	}
	return out
}

// JoinTexts puts texts together as paragraphs, language by language; what a text does
// not say in a language is missing there.
func JoinTexts(texts ...Text) Text {
	parts := map[string][]string{}
	out := Text{}
	for _, t := range texts {
		if out.Orig == "" {
			out.Orig = t.Orig
		}
		for lang, s := range t.By {
			if s = strings.TrimSpace(s); s != "" {
				parts[lang] = append(parts[lang], s)
			}
		}
	}
	if len(parts) == 0 {
		return Text{}
	}
	out.By = make(map[string]string, len(parts))
	for lang, list := range parts {
		out.By[lang] = strings.Join(list, "\n\n")
	}
	if out.By[out.Orig] == "" {
		out.Orig = slices.Min(slices.Collect(maps.Keys(parts)))
	}
	return out
}

// Head is the beginning of a text in each language, cut after a word, and whether
// anything was cut off.
func (t Text) Head(runes int) (head Text, cut bool) {
	head = Text{Orig: t.Orig, By: make(map[string]string, len(t.By))}
	for lang, s := range t.By {
		s = strings.Join(strings.Fields(s), " ")
		if r := []rune(s); len(r) > runes {
			s = string(r[:runes])
			if i := strings.LastIndexByte(s, ' '); i > len(s)/2 {
				s = s[:i]
			}
			s, cut = strings.TrimRight(s, " ,;:.—–-")+"…", true
		}
		head.By[lang] = s
	}
	return head, cut
}

// Spelt are the different ways in which a text is written in its languages.
func (t Text) Spelt() []string {
	var out []string
	for _, lang := range slices.Sorted(maps.Keys(t.By)) {
		if s := t.By[lang]; s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
