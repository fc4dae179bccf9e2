package badges

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"plenary/internal/platform/pdf"
)

// dressed is a badge with the design that it wears.
type dressed struct {
	design *Design
	face   face
}

// sheets lays badges out on paper: the fronts of a sheet, then its backs, mirrored, so that
// both meet when it is printed on both sides. Badges on different paper come one kind after
// the other.
func sheets(title, lang string, list []dressed) (pdf.Page, error) {
	var c canvas
	fmt.Fprintf(&c, `<!doctype html><html lang="%s"><head><meta charset="utf-8"><title>%s</title><style>html,body{margin:0}svg{display:block;break-after:page}svg:last-child{break-after:auto}`,
		html.EscapeString(lang), html.EscapeString(title))
	var used []Template
	of := map[string][]dressed{}
	for _, x := range list {
		t := templateOf(x.design.Template)
		if len(of[t.Code]) == 0 {
			used = append(used, t)
			fmt.Fprintf(&c, "@page %s{margin:0;size:%smm %smm}.%s{page:%s}", t.Code, mm(t.PaperW), mm(t.PaperH), t.Code, t.Code)
		}
		of[t.Code] = append(of[t.Code], x)
	}
	c.WriteString("</style></head><body>")
	pg := pdf.Page{Width: Templates[0].PaperW, Height: Templates[0].PaperH}
	for i, t := range used {
		if i == 0 {
			pg.Width, pg.Height = t.PaperW, t.PaperH
		}
		for some := range slices.Chunk(of[t.Code], t.Columns*t.Rows) {
			if err := c.side(t, some, false); err != nil {
				return pdf.Page{}, err
			}
			if !t.Folded && hasBack(some) {
				if err := c.side(t, some, true); err != nil {
					return pdf.Page{}, err
				}
			}
		}
	}
	c.WriteString("</body></html>")
	pg.HTML = []byte(c.String())
	return pg, nil
}

func hasBack(list []dressed) bool {
	for _, x := range list {
		if len(x.face.Back) > 0 {
			return true
		}
	}
	return false
}

// side is one side of a sheet.
func (c *canvas) side(t Template, list []dressed, back bool) error {
	names := make([]string, len(list))
	for i, x := range list {
		names[i] = x.face.Describe
	}
	if back {
		names = nil
	}
	// A hair less than the paper: what is a hair more would be a page of its own.
	fmt.Fprintf(c, `<svg xmlns="http://www.w3.org/2000/svg" class="%s" viewBox="0 0 %s %s" width="%smm" height="%smm" role="img" aria-label="%s" font-family="%s" text-anchor="middle" direction="ltr">`,
		t.Code, mm(t.PaperW), mm(t.PaperH-0.2), mm(t.PaperW), mm(t.PaperH-0.2), html.EscapeString(strings.Join(names, "; ")), html.EscapeString(family))
	left := (t.PaperW - float64(t.Columns)*t.Width) / 2
	top := (t.PaperH - float64(t.Rows)*t.Height) / 2
	if t.Folded {
		left = t.PaperW - t.Width // the front is on the right when it lies open
	}
	for i, x := range list {
		column, row := i%t.Columns, i/t.Columns
		if back {
			column = t.Columns - 1 - column
		}
		atX, atY := left+float64(column)*t.Width, top+float64(row)*t.Height
		if back {
			c.back(x.design, t, x.face, atX, atY)
		} else if err := c.front(x.design, t, x.face, atX, atY); err != nil {
			return err
		}
		if t.Folded {
			c.back(x.design, t, x.face, 0, top)
		}
		if t.Columns*t.Rows > 1 && !back { // where to cut
			fmt.Fprintf(c, `<rect x="%s" y="%s" width="%s" height="%s" fill="none" stroke="#b9b3a6" stroke-width="0.1"/>`, mm(atX), mm(atY), mm(t.Width), mm(t.Height))
		}
	}
	c.WriteString("</svg>")
	return nil
}
