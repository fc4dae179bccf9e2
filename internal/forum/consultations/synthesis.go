package consultations

import (
	"context"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
)

// Ways in which the synthesis groups comments.
const (
	ByTheme  = "theme" // by the headings of the text
	ByGroup  = "group"
	ByRegion = "region"
	ByLang   = "language"
)

// Bys are the ways in the order in which they are offered.
var Bys = []string{ByTheme, ByGroup, ByRegion, ByLang}

// Bucket is the comments of one theme, group, region or language, counted.
type Bucket struct {
	Key          string         `json:"key" doc:"a code; for a theme the id of its heading, empty for the text as a whole"`
	Label        core.Text      `json:"label"`
	Comments     int            `json:"comments"`
	Supports     int            `json:"supports"`
	Unanswered   int            `json:"unanswered"`
	Dispositions map[string]int `json:"dispositions"`
	Paras        []string       `json:"paragraphs,omitempty"`
}

type bucketRow struct {
	Key         string `bun:"k"`
	Disposition string `bun:"d"`
	N           int    `bun:"n"`
	Supports    int    `bun:"s"`
}

// Synthesis counts the comments of a consultation by theme, group, region or language,
// with what became of them. What moderation has hidden is counted but not told apart;
// what was withdrawn is not counted. Two queries besides the text. Anybody may call.
func (s *Service) Synthesis(ctx context.Context, a core.Actor, c Consultation, by string) ([]Bucket, error) {
	if _, err := s.docs.See(ctx, a, c.Document); err != nil {
		return nil, err
	}
	column := map[string]string{ByTheme: "COALESCE(cp.para, '')", ByGroup: "co.grp", ByRegion: "co.region", ByLang: "co.lang"}[by]
	if column == "" {
		return nil, core.NotFound()
	}
	var rows []bucketRow
	if err := s.rec.DB.Read.NewRaw(`SELECT `+column+` AS k, CASE WHEN co.disposition_published IS NULL THEN '' ELSE co.disposition END AS d,
		COUNT(*) AS n, SUM(co.supports) AS s FROM comments AS co LEFT JOIN comment_places AS cp ON cp.comment = co.id AND cp.revision = ?
		WHERE co.consultation = ? AND co.state = 'live'
		GROUP BY `+column+`, CASE WHEN co.disposition_published IS NULL THEN '' ELSE co.disposition END`, c.Revision, c.ID).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("count comments: %w", err)
	}
	if by == ByTheme {
		rev, err := s.docs.Revision(ctx, c.Document, c.Revision)
		if err != nil {
			return nil, err
		}
		return themes(rev, rows), nil
	}
	byKey := map[string]*Bucket{}
	var keys []string
	for _, r := range rows {
		b, ok := byKey[r.Key]
		if !ok {
			b = &Bucket{Key: r.Key, Dispositions: map[string]int{}}
			switch by {
			case ByGroup:
				b.Label = s.vocab.Label(groupList, r.Key)
			case ByRegion:
				b.Label = s.vocab.Label(regionList, r.Key)
			}
			byKey[r.Key] = b
			keys = append(keys, r.Key)
		}
		b.add(r)
	}
	slices.Sort(keys)
	out := make([]Bucket, 0, len(keys))
	for _, k := range keys {
		out = append(out, *byKey[k])
	}
	return out, nil
}

func (b *Bucket) add(r bucketRow) {
	b.Comments += r.N
	b.Supports += r.Supports
	if r.Disposition == "" {
		b.Unanswered += r.N
	} else {
		b.Dispositions[r.Disposition] += r.N
	}
}

// themes gathers paragraphs under the heading above them.
func themes(rev documents.Revision, rows []bucketRow) []Bucket {
	byPara := map[string][]bucketRow{}
	for _, r := range rows {
		byPara[r.Key] = append(byPara[r.Key], r)
	}
	out := []Bucket{{Dispositions: map[string]int{}, Paras: []string{""}}}
	for _, r := range byPara[""] {
		out[0].add(r)
	}
	for _, p := range rev.Paragraphs {
		if p.Kind == documents.Heading {
			out = append(out, Bucket{Key: p.ID, Label: p.Text, Dispositions: map[string]int{}})
		}
		b := &out[len(out)-1]
		b.Paras = append(b.Paras, p.ID)
		for _, r := range byPara[p.ID] {
			b.add(r)
		}
	}
	return slices.DeleteFunc(out, func(b Bucket) bool { return b.Comments == 0 })
}
