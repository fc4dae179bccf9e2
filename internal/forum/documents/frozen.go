package documents

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"plenary/internal/core"
)

// Schema names the form of the JSON in which a revision is frozen and exported. A
// field may be added under the same name; when the meaning of one changes, the number
// does.
const Schema = "plenary/document/1"

// Frozen is the JSON of a revision. Names of writers are not in it: a person may ask to
// be forgotten, and the hash of the text still holds.
type Frozen struct {
	Schema     string          `json:"schema"`
	Document   core.ID         `json:"document"`
	Kind       string          `json:"kind"`
	Scope      string          `json:"scope"`
	Subject    core.ID         `json:"subject,omitempty"`
	Revision   int             `json:"revision"`
	Stage      string          `json:"stage,omitempty"`
	Correction bool            `json:"correction,omitempty"`
	State      State           `json:"state"`
	Published  core.Instant    `json:"published,omitzero"`
	Previous   *FrozenPrevious `json:"previous,omitempty"`
	Licence    string          `json:"licence,omitempty"`
	OrigLang   string          `json:"orig_lang"`
	Title      core.Text       `json:"title"`
	Note       string          `json:"note,omitempty"`
	Paragraphs []Paragraph     `json:"paragraphs"`
}

// FrozenPrevious names the published revision before: hashes form a chain, so that no
// version can be taken out unseen.
type FrozenPrevious struct {
	Revision int    `json:"revision"`
	Hash     string `json:"hash"`
}

// freeze makes the JSON of a revision: keys sorted, no white space, no escapes but
// those that JSON demands, as RFC 8785 has it. previous is the published revision
// before this one, if there is any.
func freeze(d Document, r, previous Revision) ([]byte, error) {
	f := Frozen{
		Schema: Schema, Document: d.ID, Kind: d.Kind, Scope: d.Scope, Subject: d.Subject,
		Revision: r.Number, Stage: r.Stage, Correction: r.Correction, State: r.State, Published: r.Issued,
		Licence: d.Licence, OrigLang: d.OrigLang, Title: r.Title, Note: r.Note, Paragraphs: r.Paragraphs,
	}
	if f.Paragraphs == nil {
		f.Paragraphs = []Paragraph{}
	}
	if previous.Hash != "" {
		f.Previous = &FrozenPrevious{Revision: previous.Number, Hash: previous.Hash}
	}
	return canonical(f)
}

// canonical prints any value as JSON in one way only.
func canonical(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("freeze: %w", err)
	}
	var plain any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&plain); err != nil {
		return nil, fmt.Errorf("freeze: %w", err)
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(plain); err != nil { // the keys of maps come sorted
		return nil, fmt.Errorf("freeze: %w", err)
	}
	return unescapeSeparators(bytes.TrimSuffix(out.Bytes(), []byte("\n"))), nil
}

// unescapeSeparators writes the two line separators that Go escapes for the sake of
// JavaScript as they are. An escaped backslash before "u2028" is text and stays.
func unescapeSeparators(b []byte) []byte {
	if !bytes.Contains(b, []byte(`\u202`)) {
		return b
	}
	var out strings.Builder
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' || i+1 == len(b) {
			out.WriteByte(b[i])
			continue
		}
		switch {
		case bytes.HasPrefix(b[i:], []byte(`\u2028`)):
			out.WriteString("\u2028")
			i += 5
		case bytes.HasPrefix(b[i:], []byte(`\u2029`)):
			out.WriteString("\u2029")
			i += 5
		default:
			out.Write(b[i : i+2])
			i++
		}
	}
	return []byte(out.String())
}

// Sum is the hash of a frozen revision. Whoever has the JSON can reckon it with any
// program for SHA-256.
func Sum(frozen []byte) string {
	sum := sha256.Sum256(frozen)
	return hex.EncodeToString(sum[:])
}
