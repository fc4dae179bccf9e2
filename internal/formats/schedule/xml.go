package schedule

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// ownGenerator is how our files name the program that wrote them. Their texts hold no
// markup, whatever they look like.
const ownGenerator = "plenary"

// maxNodes is how many elements one event may have.
const maxNodes = 20_000

// errDeep stops files that nest more than any schedule does.
var errDeep = fmt.Errorf("%w: nested too deep", ErrBroken)

// node is an element with what is in it.
type node struct {
	name     string
	attrs    map[string]string
	text     string // without that of the children
	raw      string // the source between its tags
	children []*node
	from, to int
	begin    int  // where raw stands in the source
	closed   bool // by its own tag
}

// child returns the first child of that name, or an empty node.
func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return &node{}
}

// all is the text of an element; with elements in it, which then are markup that was
// not escaped, the source.
func (n *node) all() string {
	if len(n.children) > 0 {
		return n.raw
	}
	return n.text
}

// xmlReader reads schedule.xml event by event.
type xmlReader struct {
	*reading
	d       *xml.Decoder
	src     string
	path    []string
	day     int // index in reading.days, or -1
	roomNow string
	known   bool // an element of a schedule was seen
	nodes   int
}

var badReference = regexp.MustCompile(`&#(?:0*(?:[0-8]|1[1-2]|1[4-9]|2[0-9]|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|[fF]{3}[eEfF]|[dD][89a-fA-F][0-9a-fA-F]{2}));`)

// readXML reads frab's schedule.xml and its relatives.
func readXML(data []byte, opt Options) (*Schedule, []Finding, error) {
	reading, text := begin(FrabXML, data, opt)
	if badReference.MatchString(text) {
		text = badReference.ReplaceAllStringFunc(text, func(ref string) string { return strings.Repeat(" ", len(ref)) })
		reading.f.add(Repaired, "control-characters", "", Place{Line: 1})
	}
	r := &xmlReader{reading: reading, src: text, day: -1}
	r.d = xml.NewDecoder(strings.NewReader(text))
	r.d.Strict = false
	r.d.Entity = xml.HTMLEntity
	r.d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	if err := r.document(); err != nil {
		return nil, nil, err
	}
	return r.result()
}

// document reads to the end of the file, or to where it breaks off.
func (r *xmlReader) document() error {
	for {
		t, err := r.d.Token()
		if err == nil {
			err = r.token(t)
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF) && !r.known:
			return fmt.Errorf("%w: XML without a schedule in it", ErrUnknown)
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, ErrTooLarge), errors.Is(err, ErrBroken), errors.Is(err, ErrUnknown):
			return err
		default:
			return r.broken(err)
		}
	}
}

// broken keeps the whole events that were read before the file breaks off.
func (r *xmlReader) broken(err error) error {
	place := r.place(int(r.d.InputOffset()), len(r.src))
	reason := err.Error()
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		reason = syntax.Msg
	}
	if len(r.s.Events) == 0 {
		kind := ErrBroken
		if !r.known {
			kind = ErrUnknown
		}
		return fmt.Errorf("%w: line %d: %s", kind, place.Line, reason)
	}
	code := "broken"
	if strings.Contains(reason, "unexpected EOF") {
		code = "truncated"
	}
	r.refuse(code, "", place, reason, "Reason", reason)
	return nil
}

func (r *xmlReader) place(from, to int) Place {
	return Place{Line: r.lines.line(from), EndLine: r.lines.line(max(from, to-1))}
}

// token takes one token between events.
func (r *xmlReader) token(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		return r.start(t)
	case xml.EndElement:
		if n := len(r.path); n > 0 {
			switch r.path[n-1] {
			case "day":
				r.day = -1
			case "room":
				r.roomNow = ""
			}
			r.path = r.path[:n-1]
		}
	case xml.CharData:
		if s := strings.TrimSpace(string(t)); s != "" {
			at := int(r.d.InputOffset())
			r.f.add(Ignored, "stray-text", "", r.place(max(0, at-len(t)), at), "Text", s)
		}
	}
	return nil
}

// start takes an element that is not inside an event.
func (r *xmlReader) start(t xml.StartElement) error {
	name := strings.ToLower(t.Name.Local)
	switch name {
	case "schedule", "iq", "pentabarf":
		r.known = true
		r.path = append(r.path, name)
	case "day":
		r.known = true
		r.path = append(r.path, name)
		a := attributes(t)
		r.days = append(r.days, rawDay{
			index: number(a["index"]), date: a["date"], start: a["start"], end: a["end"],
			line: r.lines.line(int(r.d.InputOffset()) - 1),
		})
		r.day = len(r.days) - 1
		if len(r.days) > maxDays {
			return fmt.Errorf("%w: more than %d days", ErrTooLarge, maxDays)
		}
	case "room":
		r.path = append(r.path, name)
		a := attributes(t)
		r.roomNow = r.line(a["name"])
		r.reading.room(Room{
			Name: r.roomNow, GUID: strings.ToLower(cleanLine(a["guid"])), Description: r.line(a["description"]), Capacity: number(a["capacity"]),
		})
	case "event":
		r.known = true
		n, err := r.element(t, name)
		if err != nil {
			return err
		}
		return r.event(n)
	case "generator", "version", "url", "base_url", "conference", "tracks":
		n, err := r.element(t, name)
		if err != nil {
			return err
		}
		r.known = r.known || name == "conference"
		r.head(n)
	default:
		if !r.known && len(r.path) == 0 {
			return fmt.Errorf("%w: XML of another kind, its first element is %q", ErrUnknown, t.Name.Local)
		}
		r.f.add(Ignored, "unknown-element", "", r.place(int(r.d.InputOffset())-1, 0), "Element", t.Name.Local)
		r.path = append(r.path, name)
	}
	if len(r.path) > maxDepth {
		return errDeep
	}
	return nil
}

// maxDays is more than any meeting has.
const maxDays = 1000

func attributes(t xml.StartElement) map[string]string {
	if len(t.Attr) == 0 {
		return nil
	}
	out := make(map[string]string, len(t.Attr))
	for _, a := range t.Attr {
		if name := strings.ToLower(a.Name.Local); a.Name.Space != "xmlns" && name != "xmlns" {
			out[name] = strings.TrimSpace(a.Value)
		}
	}
	return out
}

// element reads an element with everything in it.
func (r *xmlReader) element(t xml.StartElement, name string) (*node, error) {
	r.nodes = 0
	to := int(r.d.InputOffset())
	n := &node{name: name, attrs: attributes(t), from: strings.LastIndexByte(r.src[:to], '<'), closed: true}
	err := r.fill(n, 0)
	return n, err
}

// fill reads up to the end of n. An element that another's end closes is not closed by
// its own tag; for an event that means it was cut.
func (r *xmlReader) fill(n *node, depth int) error {
	if r.nodes++; r.nodes > maxNodes {
		return fmt.Errorf("%w: an element with more than %d others in it", ErrTooLarge, maxNodes)
	}
	if depth > maxDepth {
		return errDeep
	}
	n.begin = int(r.d.InputOffset())
	var text strings.Builder
	for {
		before := int(r.d.InputOffset())
		t, err := r.d.Token()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = &xml.SyntaxError{Msg: "unexpected EOF"}
			}
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			c := &node{name: strings.ToLower(t.Name.Local), attrs: attributes(t), from: before}
			if err := r.fill(c, depth+1); err != nil {
				return err
			}
			n.children = append(n.children, c)
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			n.to = int(r.d.InputOffset())
			n.text = text.String()
			n.raw = r.src[n.begin:max(n.begin, before)]
			n.closed = n.to == n.begin || ownEnd(r.src[:n.to], n.name)
			return nil
		}
	}
}

// ownEnd says whether the last tag of a source closes the element of this name.
func ownEnd(src, name string) bool {
	src = src[max(0, len(src)-300):]
	tag := strings.ToLower(strings.Trim(src[strings.LastIndexByte(src, '<')+1:], "/> \t\r\n"))
	if _, local, ok := strings.Cut(tag, ":"); ok {
		tag = local
	}
	return tag == name
}
