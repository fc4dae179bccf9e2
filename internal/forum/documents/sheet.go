package documents

import (
	"strings"

	"plenary/internal/core"
)

// Sheet is what another room has to print that is no revision of a document: it goes into
// the same files, by Service.Send, without versions, sources and paragraph numbers.
type Sheet struct {
	ID     core.ID // permanent name of what is printed
	Kind   string
	Lang   string // of the words around the text
	Title  Piece
	Status string   // how it stands, in words
	Facts  []string // what it is and where it came from
	Paras  []ExportPara
	// Address is the permanent address, with scheme and host.
	Address string
	T       func(key string, args ...any) string
}

// Export makes a sheet ready for Service.Send.
func (s Sheet) Export() Export {
	e := Export{
		Title: s.Title, Lang: s.Lang, Facts: s.Facts, Paras: s.Paras, sheet: true,
		words: Words{Lang: s.Lang, T: s.T, Stage: s.Status, Address: s.Address}, doc: Document{ID: s.ID, Kind: s.Kind},
	}
	for i := range e.Paras {
		e.Paras[i].ID, e.Paras[i].Number, e.Paras[i].No = paraID(i+1), i+1, ""
	}
	return e
}

// shortTitle is a title that a file can be named by.
func shortTitle(title string) string {
	title = strings.Join(strings.Fields(title), " ")
	if r := []rune(title); len(r) > 80 {
		title = strings.TrimSpace(string(r[:80]))
	}
	return title
}
