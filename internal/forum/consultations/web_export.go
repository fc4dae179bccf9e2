package consultations

import (
	"encoding/json"
	"strconv"
	"strings"

	"plenary/internal/platform/web"
)

// Export is a consultation with all its comments as one reader may read them.
type Export struct {
	Consultation Consultation `json:"consultation"`
	State        string       `json:"state" enum:"planned,open,closed,answered,challenged,ended"`
	Comments     []Comment    `json:"comments"`
	Moderation   []Act        `json:"moderation"`
	Challenges   []Challenge  `json:"challenges"`
}

func (w *Web) export(c *web.C) (Export, error) {
	x, err := w.load(c)
	if err != nil {
		return Export{}, err
	}
	return w.s.Export(c.Context(), c.Actor, x.Consultation)
}

func (w *Web) exportJSON(c *web.C) error {
	e, err := w.export(c)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(e, "", " ")
	if err != nil {
		return err
	}
	return c.Bytes("application/json", append(b, '\n'))
}

// exportCSV is a row per comment. The names of the columns are those of the API, in
// every language the same.
func (w *Web) exportCSV(c *web.C) error {
	e, err := w.export(c)
	if err != nil {
		return err
	}
	rows := [][]string{{
		"number", "address", "created", "name", "organisation", "group", "region", "country", "language", "revision", "paragraph", "quote", "text", "proposal",
		"state", "late", "label", "supports", "disposition", "duplicate_of", "reason", "changes", "word", "word_why", "placed", "placed_paragraph", "score",
	}}
	for _, co := range e.Comments {
		var changes []string
		for _, l := range co.Changes {
			s := "v" + strconv.Itoa(l.Revision) + " " + l.Para
			if l.Sentence > 0 {
				s += "." + strconv.Itoa(l.Sentence)
			}
			changes = append(changes, s)
		}
		row := []string{
			strconv.Itoa(co.Number), w.s.cfg.BaseURL + e.Consultation.CommentPath(co.Number), co.Created.String(), co.Name, co.Organisation, co.Group, co.Region, co.Country,
			co.Lang, strconv.Itoa(co.Revision), co.Para, co.Words(), co.Body, co.Proposal, co.State, strconv.FormatBool(co.Late), co.Label, strconv.Itoa(co.Supports),
			co.Disposition, number0(co.DuplicateOf), c.Text(co.Reason).S, strings.Join(changes, "; "), co.Word, co.WordWhy, "", "", "",
		}
		if co.Placed != nil {
			n := len(row)
			row[n-3], row[n-2], row[n-1] = string(co.Placed.Result), co.Placed.Para, strconv.FormatFloat(co.Placed.Score, 'f', 2, 64)
		}
		rows = append(rows, row)
	}
	return c.CSV(rows)
}

func number0(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
