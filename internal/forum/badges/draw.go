package badges

import (
	"encoding/base64"
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// Template is a size of badges and how they stand on a sheet. All lengths are in
// millimetres.
type Template struct {
	Code           string
	Width, Height  float64 // of a badge
	PaperW, PaperH float64
	Columns, Rows  int
	Folded         bool // the back stands beside the front, on the same side of the paper
}

// Templates are those that a design chooses from.
var Templates = []Template{
	{Code: "a6", Width: 105, Height: 148, PaperW: 105, PaperH: 148, Columns: 1, Rows: 1},
	{Code: "a6-sheet", Width: 105, Height: 148, PaperW: 210, PaperH: 297, Columns: 2, Rows: 2},
	{Code: "a6-folded", Width: 105, Height: 148, PaperW: 210, PaperH: 148, Columns: 1, Rows: 1, Folded: true},
	{Code: "a7", Width: 105, Height: 74, PaperW: 105, PaperH: 74, Columns: 1, Rows: 1},
	{Code: "a7-sheet", Width: 105, Height: 74, PaperW: 210, PaperH: 297, Columns: 2, Rows: 4},
	{Code: "card", Width: 85.6, Height: 54, PaperW: 85.6, PaperH: 54, Columns: 1, Rows: 1},
	{Code: "card-sheet", Width: 85.6, Height: 54, PaperW: 210, PaperH: 297, Columns: 2, Rows: 5},
}

// templateOf finds a template; the first where there is none of the code.
func templateOf(code string) Template {
	for _, t := range Templates {
		if t.Code == code {
			return t
		}
	}
	return Templates[0]
}

// face is what stands on one badge, in words.
type face struct {
	Edition, Dates           string
	Honorific, Name, Title   string
	Organisation, Country    string
	Category                 string
	Colour                   int
	Flags                    []string
	Number                   int
	NumberWords              string
	Code, Word               string // signed, and the word beneath it
	Back                     []string
	Logo                     string // data: address of a picture
	Describe                 string // the badge in one sentence, for those who do not see it
	White, Muted, Background string
}

// colours of categories: those of themes on light paper.
var colours = []string{"#3d3a33", "#13237d", "#055800", "#5c0048", "#005eb3", "#739200", "#8b397a", "#118d8f", "#a76ed2", "#8d6743", "#3b2800"}

// shades are the light backgrounds.
var shades = []string{"#ffffff", "#e9ecf8", "#e8f3e7", "#f6e8f2", "#e6f0fa", "#f3f7e1", "#f6eaf3", "#e5f4f4", "#f4ecfa", "#f5efe8", "#f3efe6"}

func colour(list []string, n int) string {
	if n < 0 || n >= len(list) {
		n = 0
	}
	return list[n]
}

// onColour is black or white, whichever is read better on a colour.
func onColour(hex string) string {
	n, _ := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32) // ours alone
	if 299*(n>>16&255)+587*(n>>8&255)+114*(n&255) > 120*1000 {
		return "#000000"
	}
	return "#ffffff"
}

const family = "'Noto Sans','Liberation Sans',Arial,'Noto Sans Arabic','Noto Sans CJK SC','Noto Sans SC',system-ui,sans-serif"

// canvas writes the parts of a picture.
type canvas struct{ strings.Builder }

func mm(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) }

func (c *canvas) rect(x, y, w, h float64, fill string) {
	fmt.Fprintf(c, `<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`, mm(x), mm(y), mm(w), mm(h), fill)
}

// text writes lines into a box, centred, and gives how high they are.
func (c *canvas) text(s string, x, y, w, h, most float64, lines, weight int, fill string) float64 {
	parts, size := fit(s, w, h, most, lines)
	for i, line := range parts {
		dir := ""
		if rightToLeft(line) {
			dir = ` direction="rtl"`
		}
		fmt.Fprintf(c, `<text x="%s" y="%s" font-size="%s" font-weight="%d" fill="%s"%s>%s</text>`,
			mm(x+w/2), mm(y+size*(0.92+lineHeight*float64(i))), mm(size), weight, fill, dir, html.EscapeString(line))
	}
	return float64(len(parts)) * size * lineHeight
}

// qr draws the code, in a white box that keeps the margin a reader needs.
func (c *canvas) qr(code string, x, y, side float64) error {
	m, err := qr.Encode(code, qr.M, qr.AlphaNumeric)
	if err != nil {
		return fmt.Errorf("draw code: %w", err)
	}
	c.modules(m, x, y, side)
	return nil
}

// modules draws the dark squares of a code as one path.
func (c *canvas) modules(m barcode.Barcode, x, y, side float64) {
	n := m.Bounds().Dx()
	c.rect(x, y, side, side, "#ffffff")
	fmt.Fprintf(c, `<path transform="translate(%s %s) scale(%s)" fill="#000000" shape-rendering="crispEdges" d="`,
		mm(x), mm(y), strconv.FormatFloat(side/float64(n+8), 'f', 5, 64))
	for row := range n {
		for col := 0; col < n; {
			from := col
			for col < n && dark(m.At(col, row)) {
				col++
			}
			if col > from {
				fmt.Fprintf(c, "M%d %dh%dv1h-%dz", from+4, row+4, col-from, col-from)
			} else {
				col++
			}
		}
	}
	c.WriteString(`"/>`)
}

func dark(c interface{ RGBA() (r, g, b, a uint32) }) bool { r, _, _, _ := c.RGBA(); return r < 0x8000 }

// sizeOf is the largest type of a name, as a part of the badge's shorter side.
var sizeOf = map[string]float64{"S": 0.10, "M": 0.135, "L": 0.17}

// front draws the front of a badge at a place.
func (c *canvas) front(d *Design, t Template, f face, x, y float64) error {
	w, h := t.Width, t.Height
	ink, soft := "#1c1b18", "#57534a"
	margin := 0.05 * min(w, h)
	band := 0.13 * h
	band = max(9, min(band, 20))
	c.rect(x, y, w, h, colour(shades, d.Background))
	fill := colour(colours, f.Colour)
	c.rect(x, y+h-band, w, band, fill)
	c.text(f.Category, x+margin, y+h-band+band*0.2, w-2*margin, band*0.62, band*0.5, 1, 700, onColour(fill))
	unit := min(w, h)
	top := y + margin
	if f.Logo != "" {
		fmt.Fprintf(c, `<image href="%s" x="%s" y="%s" width="%s" height="%s" preserveAspectRatio="xMidYMid meet"/>`,
			html.EscapeString(f.Logo), mm(x+margin), mm(top), mm(w-2*margin), mm(0.13*unit))
		top += 0.14 * unit
	}
	if w > h {
		return c.across(d, f, x, y, w, h, band, margin, top, ink, soft)
	}
	top += c.text(f.Edition, x+margin, top, w-2*margin, 0.12*h, 0.055*unit, 2, 600, ink)
	if d.Has("dates") {
		top += c.text(f.Dates, x+margin, top, w-2*margin, 0.05*h, 0.036*unit, 1, 400, soft)
	}
	side := 0.34 * unit
	code := y + h - band - side - margin/2 - 0.045*unit
	if !d.Has("number") {
		code += 0.045 * unit
	}
	if err := c.qr(f.Code, x+(w-side)/2, code, side); err != nil {
		return err
	}
	if d.Has("number") {
		c.text(f.Word, x+margin, code+side+0.004*unit, w-2*margin, 0.045*unit, 0.036*unit, 1, 600, ink)
	}
	c.person(d, f, x+margin, top+0.02*h, w-2*margin, code-top-0.03*h, unit, ink, soft)
	return nil
}

// across is the front of a badge that is wider than high: the code stands at its end.
func (c *canvas) across(d *Design, f face, x, y, w, h, band, margin, top float64, ink, soft string) error {
	side := min(0.36*w, h-band-2.2*margin)
	side = min(side, 0.44*h)
	left := w - 3*margin - side
	if err := c.qr(f.Code, x+w-margin-side, y+h-band-side-margin*1.1-0.05*h, side); err != nil {
		return err
	}
	if d.Has("number") {
		c.text(f.Word, x+w-margin-side, y+h-band-margin*0.7-0.055*h, side, 0.06*h, 0.05*h, 1, 600, ink)
	}
	top += c.text(f.Edition, x+margin, top, w-2*margin, 0.1*h, 0.07*h, 1, 600, ink)
	if d.Has("dates") {
		top += c.text(f.Dates, x+margin, top, w-2*margin, 0.07*h, 0.05*h, 1, 400, soft)
	}
	c.person(d, f, x+margin, top+0.02*h, left, y+h-band-top-0.05*h, h, ink, soft)
	return nil
}

// person writes who it is into a box, from its middle: what is left out leaves no hole.
func (c *canvas) person(d *Design, f face, x, y, w, h, unit float64, ink, soft string) {
	type line struct {
		text          string
		share, most   float64
		lines, weight int
		fill          string
	}
	list := []line{}
	add := func(name, text string, share, most float64, lines, weight int, fill string) {
		if text != "" && (name == "" || d.Has(name)) {
			list = append(list, line{text, share, most * unit, lines, weight, fill})
		}
	}
	name := sizeOf[d.Size]
	if name == 0 {
		name = sizeOf["M"]
	}
	add("honorific", f.Honorific, 0.10, 0.045, 1, 400, soft)
	add("", f.Name, 0.42, name, 3, 700, ink)
	add("title", f.Title, 0.14, 0.045, 2, 400, soft)
	add("organisation", f.Organisation, 0.22, 0.06, 2, 600, ink)
	add("country", f.Country, 0.10, 0.05, 1, 400, ink)
	add("flags", strings.Join(f.Flags, " · "), 0.10, 0.048, 1, 700, ink)
	total := 0.0
	for _, l := range list {
		total += l.share
	}
	scale := h / max(total, 0.8)
	used := 0.0
	heights := make([]float64, len(list))
	for i, l := range list {
		parts, size := fit(l.text, w, l.share*scale, l.most, l.lines)
		heights[i] = float64(len(parts)) * size * lineHeight
		used += heights[i]
	}
	gap := min((h-used)/float64(len(list)+1), 0.03*unit)
	at := y + (h-used-gap*float64(len(list)-1))/2
	for i, l := range list {
		c.text(l.text, x, at, w, l.share*scale, l.most, l.lines, l.weight, l.fill)
		at += heights[i] + gap
	}
}

// back draws the back of a badge at a place.
func (c *canvas) back(d *Design, t Template, f face, x, y float64) {
	w, h := t.Width, t.Height
	margin := 0.07 * min(w, h)
	c.rect(x, y, w, h, colour(shades, d.Background))
	at := y + margin
	share := (h - 2*margin) / float64(max(1, len(f.Back)))
	for _, p := range f.Back {
		at += c.text(p, x+margin, at, w-2*margin, share, 0.05*min(w, h), 30, 400, "#1c1b18") + 0.03*h
	}
}

// picture is one badge as a picture of its own. Its size on a screen is told by width.
func picture(d *Design, f face) (string, error) {
	t := templateOf(d.Template)
	var c canvas
	fmt.Fprintf(&c, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%smm" height="%smm" role="img" aria-label="%s" font-family="%s" text-anchor="middle" direction="ltr">`,
		mm(t.Width), mm(t.Height), mm(t.Width), mm(t.Height), html.EscapeString(f.Describe), html.EscapeString(family))
	if err := c.front(d, t, f, 0, 0); err != nil {
		return "", err
	}
	c.WriteString("</svg>")
	return c.String(), nil
}

// backPicture is the back of a badge as a picture of its own.
func backPicture(d *Design, f face) string {
	t := templateOf(d.Template)
	var c canvas
	fmt.Fprintf(&c, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%smm" height="%smm" role="img" aria-label="%s" font-family="%s" text-anchor="middle" direction="ltr">`,
		mm(t.Width), mm(t.Height), mm(t.Width), mm(t.Height), html.EscapeString(strings.Join(f.Back, " ")), html.EscapeString(family))
	c.back(d, t, f, 0, 0)
	c.WriteString("</svg>")
	return c.String()
}

// dataAddress makes a picture part of another.
func dataAddress(kind string, b []byte) string {
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(b)
}
