package core

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// Text is one text in several languages. Orig names the language in which it was
// written; the others are translations. A text is never empty in its original
// language unless it is empty altogether.
type Text struct {
	Orig string            `json:"orig,omitempty" form:"Orig" doc:"language in which the text was written"`
	By   map[string]string `json:"by,omitempty" form:"By" doc:"the text per language"`
}

// NewText is a text in one language.
func NewText(lang, s string) Text {
	if strings.TrimSpace(s) == "" {
		return Text{}
	}
	return Text{Orig: lang, By: map[string]string{lang: s}}
}

// In returns the text in the wanted language or, where there is none, in the
// original, and the language it is really in. A page that shows a fallback marks it
// with that language: a reader is never left to guess.
func (t Text) In(lang string) (s, really string) {
	if v := t.By[lang]; v != "" {
		return v, lang
	}
	return t.By[t.Orig], t.Orig
}

// String is the text in its original language.
func (t Text) String() string { return t.By[t.Orig] }

// IsZero tells whether nothing is written in any language.
func (t Text) IsZero() bool { return t.By[t.Orig] == "" }

// With returns the text with one language set. An empty s takes the language away.
// The first language set becomes the original.
func (t Text) With(lang, s string) Text {
	by := maps.Clone(t.By)
	if by == nil {
		by = map[string]string{}
	}
	if strings.TrimSpace(s) == "" {
		delete(by, lang)
		if t.Orig == lang {
			t.Orig = ""
			for _, l := range Langs {
				if by[l] != "" {
					t.Orig = l
					break
				}
			}
		}
	} else {
		by[lang] = s
		if t.Orig == "" {
			t.Orig = lang
		}
	}
	t.By = by
	return t
}

// Equal compares two texts in all languages.
func (t Text) Equal(o Text) bool { return t.Orig == o.Orig && maps.Equal(t.By, o.By) }

// Value stores the text as JSON.
func (t Text) Value() (driver.Value, error) {
	b, err := json.Marshal(t)
	return string(b), err
}

// Scan reads the text from JSON.
func (t *Text) Scan(src any) error {
	*t = Text{}
	var b []byte
	switch v := src.(type) {
	case nil:
		return nil
	case string:
		b = []byte(v)
	case []byte:
		b = v
	default:
		return fmt.Errorf("scan text: %T", src)
	}
	if len(b) == 0 {
		return nil
	}
	return json.Unmarshal(b, t)
}

// Clean drops languages without text and unknown ones, trims, and mends Orig: what a
// form sends becomes a text that holds its promises.
func (t Text) Clean() Text {
	out := Text{Orig: t.Orig}
	for _, l := range Langs {
		if s := strings.TrimSpace(t.By[l]); s != "" {
			if out.By == nil {
				out.By = map[string]string{}
			}
			out.By[l] = s
		}
	}
	if out.By[out.Orig] == "" {
		out.Orig = ""
		for _, l := range Langs {
			if out.By[l] != "" {
				out.Orig = l
				break
			}
		}
	}
	return out
}
