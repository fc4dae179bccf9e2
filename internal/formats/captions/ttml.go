package captions

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var ttmlRoot = regexp.MustCompile(`(?s)^(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>|\s)*<(?:[\w.-]+:)?tt[\s>]`)

// clock is how a TTML file counts.
type clock struct {
	frames, multiplier, sub, ticks float64
}

// ttmlReader walks through a TTML file; namespaces of drafts, of the standard and none
// are read alike.
type ttmlReader struct {
	b      *builder
	d      *xml.Decoder
	clock  clock
	agents map[string]string
}

const deepest = 64

func (b *builder) ttml(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = true
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		if c := strings.ToLower(charset); c != "utf-8" && c != "utf-16" && c != "us-ascii" {
			b.noteOnce(1, NoteOldEncoding, "Text", charset)
		}
		return in, nil // the bytes are UTF-8 already
	}
	t := &ttmlReader{b: b, d: d, clock: clock{frames: 30, multiplier: 1, sub: 1, ticks: 1}, agents: map[string]string{}}
	b.timed = true
	for {
		tok, err := d.Token()
		if err != nil {
			return t.broken(err)
		}
		if e, ok := tok.(xml.StartElement); ok {
			if e.Name.Local != "tt" {
				line, _ := d.InputPos()
				return refuse(line, ErrRoot, e.Name.Local)
			}
			t.parameters(e)
			if err := t.container(0, 0); err != nil {
				return err
			}
			return t.rest()
		}
	}
}

// rest reads to the end: what follows the root must be well-formed too.
func (t *ttmlReader) rest() error {
	for {
		if _, err := t.d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return t.broken(err)
		}
	}
}

func (t *ttmlReader) broken(err error) error {
	line, _ := t.d.InputPos()
	if s, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return refuse(s.Line, ErrXML, s.Msg)
	}
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	if errors.Is(err, io.EOF) {
		return refuse(line, ErrXML, "the file ends too early")
	}
	return refuse(line, ErrXML, err.Error())
}

// next is the next token of an element at a depth.
func (t *ttmlReader) next(depth int) (xml.Token, error) {
	if depth > deepest {
		line, _ := t.d.InputPos()
		return nil, refuse(line, ErrXML, "elements are nested too deeply")
	}
	tok, err := t.d.Token()
	if err != nil {
		return nil, t.broken(err)
	}
	return tok, nil
}

// skip passes over an element that has begun.
func (t *ttmlReader) skip() error {
	if err := t.d.Skip(); err != nil {
		return t.broken(err)
	}
	return nil
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

func (t *ttmlReader) parameters(e xml.StartElement) {
	line, _ := t.d.InputPos()
	if l := attr(e, "lang"); l != "" {
		t.b.language(line, l)
	}
	positive := func(s string) float64 {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || f <= 0 || f > 1e9 || math.IsNaN(f) {
			return 0
		}
		return f
	}
	if f := positive(attr(e, "frameRate")); f > 0 {
		t.clock.frames, t.clock.ticks = f, f
	}
	if p := strings.FieldsFunc(attr(e, "frameRateMultiplier"), func(r rune) bool { return r == ' ' || r == ':' }); len(p) == 2 {
		if n, d := positive(p[0]), positive(p[1]); n > 0 && d > 0 {
			t.clock.multiplier = n / d
		}
	}
	if f := positive(attr(e, "subFrameRate")); f > 0 {
		t.clock.sub = f
	}
	if f := positive(attr(e, "tickRate")); f > 0 {
		t.clock.ticks = f
	}
	if m := attr(e, "dropMode"); m != "" && !strings.EqualFold(m, "nonDrop") {
		t.b.note(line, NoteDropFrames)
	}
}

// container reads tt, head, body or div up to its end.
func (t *ttmlReader) container(offset time.Duration, depth int) error {
	for {
		tok, err := t.next(depth)
		if err != nil {
			return err
		}
		switch e := tok.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			switch e.Name.Local {
			case "body", "div", "head", "metadata":
				start, _, err := t.span(e, offset)
				if err != nil {
					return err
				}
				err = t.container(max(start, offset), depth+1)
				if err != nil {
					return err
				}
			case "agent":
				if err := t.agent(e); err != nil {
					return err
				}
			case "p":
				if err := t.paragraph(e, offset); err != nil {
					return err
				}
			default:
				if err := t.skip(); err != nil {
					return err
				}
			}
		}
	}
}

// agent reads who an agent is, by its name.
func (t *ttmlReader) agent(e xml.StartElement) error {
	var a struct {
		Names []string `xml:"name"`
	}
	if err := t.d.DecodeElement(&a, &e); err != nil {
		return t.broken(err)
	}
	if id := attr(e, "id"); id != "" && len(a.Names) > 0 {
		t.agents[id] = strings.Join(strings.Fields(a.Names[0]), " ")
	}
	return nil
}

// span reads begin, end and dur of an element; start is -1 where it has none.
func (t *ttmlReader) span(e xml.StartElement, offset time.Duration) (start, end time.Duration, err error) {
	line, _ := t.d.InputPos()
	start, end = -1, -1
	for _, x := range []struct {
		name string
		into *time.Duration
	}{{"begin", &start}, {"end", &end}} {
		s := attr(e, x.name)
		if s == "" {
			continue
		}
		d, ok := t.clock.read(s)
		if !ok {
			return 0, 0, refuse(line, ErrTime, s)
		}
		*x.into = offset + d
	}
	if s := attr(e, "dur"); s != "" && end < 0 {
		d, ok := t.clock.read(s)
		if !ok {
			return 0, 0, refuse(line, ErrTime, s)
		}
		end = max(start, offset) + d
	}
	return start, end, nil
}

// paragraph reads p: one cue, or one for each span that has times of its own.
func (t *ttmlReader) paragraph(e xml.StartElement, offset time.Duration) error {
	line, _ := t.d.InputPos()
	start, end, err := t.span(e, offset)
	if err != nil {
		return err
	}
	own := &ttmlText{start: start, end: end, speaker: t.agents[attr(e, "agent")]}
	list := []*ttmlText{own}
	if err := t.inside(own, &list, max(start, offset), 0); err != nil {
		return err
	}
	for _, x := range list {
		text := t.b.clean(line, escaped.Replace(x.text.String()))
		switch {
		case text == "":
		case x.start < 0:
			t.b.note(line, NoteLoose, "Text", text)
		default:
			if x.end < 0 {
				x.end = x.start
			}
			p := []piece{{speaker: x.speaker, text: text, voiced: x.speaker != ""}}
			if err := t.b.add(line, x.start, x.end, attr(e, "region"), t.b.turns(p[0])); err != nil {
				return err
			}
		}
	}
	return nil
}

// escaped keeps text that looks like an entity after XML was read as it is.
var escaped = strings.NewReplacer("&", "&amp;")

type ttmlText struct {
	start, end time.Duration
	speaker    string
	text       strings.Builder
}

// inside reads what stands in p or span up to its end.
func (t *ttmlReader) inside(cur *ttmlText, list *[]*ttmlText, offset time.Duration, depth int) error {
	for {
		tok, err := t.next(depth)
		if err != nil {
			return err
		}
		switch e := tok.(type) {
		case xml.EndElement:
			return nil
		case xml.CharData:
			// Line ends of the file are blanks; those of the text are br.
			cur.text.WriteString(strings.ReplaceAll(string(e), "\n", " "))
		case xml.StartElement:
			switch e.Name.Local {
			case "br":
				cur.text.WriteByte('\n')
				if err := t.skip(); err != nil {
					return err
				}
			case "span":
				next := cur
				start, end, err := t.span(e, offset)
				if err != nil {
					return err
				}
				if start >= 0 {
					next = &ttmlText{start: start, end: end, speaker: cur.speaker}
					if next.end < 0 {
						next.end = cur.end
					}
					*list = append(*list, next)
				}
				if a := t.agents[attr(e, "agent")]; a != "" && next.text.Len() == 0 {
					next.speaker = a
				}
				if err := t.inside(next, list, max(start, offset), depth+1); err != nil {
					return err
				}
			default:
				if err := t.skip(); err != nil {
					return err
				}
			}
		}
	}
}

// longest time that is read, in seconds.
const longest = 36e5

// read reads a time of TTML: by the clock, with frames, or an offset with its metric.
func (c clock) read(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if d, _, ok := clockTime(s); ok {
		return d, true
	}
	rate := c.frames * c.multiplier
	if p := strings.Split(s, ":"); len(p) == 4 {
		d, _, ok := clockTime(strings.Join(p[:3], ":"))
		whole, sub, has := strings.Cut(p[3], ".")
		n, digits := number(whole)
		if !ok || !digits || len(whole) > 4 {
			return 0, false
		}
		frames := float64(n)
		if has {
			m, digits := number(sub)
			if !digits {
				return 0, false
			}
			frames += float64(m) / c.sub
		}
		if frames/rate > longest {
			return 0, false
		}
		return d + seconds(frames/rate), true
	}
	for _, m := range []struct {
		suffix string
		unit   float64
	}{{"ms", .001}, {"h", 3600}, {"m", 60}, {"s", 1}, {"f", 1 / rate}, {"t", 1 / c.ticks}, {"", 1}} {
		v, ok := strings.CutSuffix(s, m.suffix)
		if !ok {
			continue
		}
		if v == "" || strings.ContainsFunc(v, func(r rune) bool { return (r < '0' || r > '9') && r != '.' }) || len(v) > 20 {
			continue
		}
		f, err := strconv.ParseFloat(v, 64)
		if err != nil || f*m.unit > longest {
			return 0, false
		}
		return seconds(f * m.unit), true
	}
	return 0, false
}

func seconds(f float64) time.Duration {
	return time.Duration(math.Round(f*1000)) * time.Millisecond
}
