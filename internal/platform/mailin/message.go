// Package mailin takes mail in: it reads messages as people's programs really send them,
// and hands them to who asked for an address, from an SMTP listener of its own or from
// the pipe of a mail server.
//
// Nothing is acknowledged before it is stored: a sender's server keeps the message and
// tries again for as long as the answer is "not now". So the same message may come more
// than once, and who handles it knows it again by its MessageID.
package mailin

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/emersion/go-message"
)

// Message is a mail as it came in.
type Message struct {
	From     string // address, in lower case; empty if it names none that can be read
	FromName string
	To       []string // addresses of To, Cc, Delivered-To and X-Original-To, in lower case
	Subject  string
	Text     string // what the sender wrote: without quoted mail and signature
	Whole    string // the text with both

	MessageID  string // without < >; made of the content where the sender gave none
	InReplyTo  string // without < >
	References []string

	// Auto tells that no person wrote this to us: out-of-office notes, bounces,
	// newsletters, mail through a list. Nothing may answer it.
	Auto bool

	Attachments []Attachment
	Notes       []string // what could not be read, in English, for the log
	Raw         []byte
}

// Attachment is a file that came with a mail. The name has no folders in it; type and
// name are what the sender says.
type Attachment struct {
	Name string
	Type string
	Data []byte
}

// Errors of Parse.
var (
	ErrNotMail  = errors.New("mailin: this is not a mail")
	ErrTooLarge = errors.New("mailin: the mail is too large")
)

// Limits of a message. What exceeds those of parts and attachments is left out, with a
// note.
const (
	MaxBytes       = 10 << 20
	maxText        = 1 << 20
	maxParts       = 200
	maxDepth       = 12
	maxAttachments = 50
	maxHeader      = 256 << 10
)

// Parse reads a message. It reads what can be read of a broken one and notes the rest;
// the error is ErrTooLarge, or ErrNotMail where there is not even a header.
func Parse(raw []byte) (Message, error) {
	if len(raw) > MaxBytes {
		return Message{}, ErrTooLarge
	}
	head, body, ok := divide(raw)
	if !ok {
		return Message{}, ErrNotMail
	}
	r := &reader{}
	m := Message{Raw: raw}
	e, err := message.Read(bytes.NewReader(slices.Concat(head, []byte("\r\n"), body)))
	if e == nil {
		return Message{}, fmt.Errorf("%w: %s", ErrNotMail, err.Error()) // bare, so that it is no passing trouble
	}
	h := &e.Header
	r.envelope(h, &m)
	plain, html := r.entity(e, 0)
	m.Whole = tidy(plain)
	if m.Whole == "" {
		m.Whole = tidy(textOf(html))
	}
	m.Text = Written(m.Whole)
	m.Attachments, m.Notes = r.attachments, r.notes
	m.Auto = auto(h, m.From)
	if m.MessageID == "" {
		sum := sha256.Sum256(raw)
		m.MessageID = hex.EncodeToString(sum[:16]) + "@made.invalid"
	}
	return m, nil
}

// divide takes header and body apart and mends the header: lines that are none are
// taken for the end of the line before, or dropped. A file without any header is none.
func divide(raw []byte) (head, body []byte, ok bool) {
	var out bytes.Buffer
	rest := bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(rest, []byte("From ")) { // of a mailbox file
		_, rest, _ = bytes.Cut(rest, []byte("\n"))
	}
	fields, odd := 0, 0
	for len(rest) > 0 && out.Len() < maxHeader {
		var line []byte
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		line = bytes.TrimRight(line, "\r")
		if len(line) == 0 {
			if fields == 0 {
				rest = after
				continue
			}
			out.WriteString("\r\n")
			return out.Bytes(), after, true
		}
		name, _, colon := bytes.Cut(line, []byte(":"))
		isField := colon && fieldName(bytes.TrimRight(name, " \t"))
		switch {
		case line[0] == ' ' || line[0] == '\t':
			if fields > 0 {
				out.WriteString("\r\n " + string(clean(bytes.TrimLeft(line, " \t"))))
			}
		case isField:
			if fields > 0 {
				out.WriteString("\r\n")
			}
			fields++
			out.Write(bytes.TrimRight(name, " \t"))
			out.Write(clean(line[len(name):]))
		case fields == 0 || odd > 5:
			return nil, nil, false
		default:
			odd++
			out.WriteString("\r\n " + string(clean(line)))
		}
		rest = after
	}
	if fields > 0 {
		out.WriteString("\r\n")
	}
	return out.Bytes(), rest, fields > 0
}

func clean(line []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return ' '
		}
		return r
	}, bytes.ToValidUTF8(line, []byte("?")))
}

func fieldName(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	for _, c := range b {
		if c <= ' ' || c >= 0x7f || c == ':' {
			return false
		}
	}
	return true
}

// envelope reads who, to whom and what about.
func (r *reader) envelope(h *message.Header, m *Message) {
	if list := r.addresses(h, "From"); len(list) > 0 {
		m.From, m.FromName = list[0].Address, list[0].Name
	} else if list := r.addresses(h, "Sender"); len(list) > 0 {
		m.From, m.FromName = list[0].Address, list[0].Name
	}
	for _, field := range []string{"To", "Cc", "Delivered-To", "X-Original-To"} {
		for _, a := range r.addresses(h, field) {
			if !slices.Contains(m.To, a.Address) {
				m.To = append(m.To, a.Address)
			}
		}
	}
	m.Subject = line(words(h.Get("Subject")))
	if ids := messageIDs(h.Get("Message-Id")); len(ids) > 0 {
		m.MessageID = ids[0]
	}
	if ids := messageIDs(h.Get("In-Reply-To")); len(ids) > 0 {
		m.InReplyTo = ids[0]
	}
	m.References = messageIDs(h.Get("References"))
}

var (
	looseAddress = regexp.MustCompile(`[^\s<>"(),:;\[\]]+@[^\s<>"(),:;\[\]]+`)
	looseID      = regexp.MustCompile(`<([^<>\s]{3,250})>`)
)

func messageIDs(s string) []string {
	var out []string
	for _, x := range looseID.FindAllStringSubmatch(s, 100) {
		out = append(out, x[1])
	}
	return out
}

// addresses reads a list of mailboxes; where it is broken, whatever looks like one.
func (r *reader) addresses(h *message.Header, field string) []mail.Address {
	var out []mail.Address
	parser := mail.AddressParser{WordDecoder: decoder}
	fields := h.FieldsByKey(field)
	for fields.Next() && len(out) < 100 {
		value := fields.Value()
		list, err := parser.ParseList(value)
		if err != nil {
			for _, a := range looseAddress.FindAllString(value, 100) {
				list = append(list, &mail.Address{Address: a})
			}
			if len(list) > 0 && field == "From" {
				before, _, _ := strings.Cut(value, list[0].Address)
				list[0].Name = strings.Trim(words(before), " <>\"'")
				r.note("the field From is broken")
			}
		}
		for _, a := range list {
			out = append(out, mail.Address{Name: line(a.Name), Address: strings.ToLower(a.Address)})
		}
	}
	return out
}

var decoder = &mime.WordDecoder{CharsetReader: charsetReader}

// words decodes the encoded words of a field.
func words(s string) string {
	out, err := decoder.DecodeHeader(s)
	if err != nil {
		return s
	}
	return out
}

// line makes one line of a field, without signs that cannot be seen.
func line(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u202e' || r == '\u202d' || r == '\ufeff' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))), " ")
}

// auto tells whether a program or a list sent the mail.
func auto(h *message.Header, from string) bool {
	lower := func(k string) string { return strings.ToLower(strings.TrimSpace(h.Get(k))) }
	if v := lower("Auto-Submitted"); v != "" && !strings.HasPrefix(v, "no") {
		return true
	}
	switch lower("Precedence") {
	case "bulk", "junk", "list", "auto_reply":
		return true
	}
	for _, k := range []string{"List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "X-Failed-Recipients", "Feedback-Id"} {
		if h.Has(k) {
			return true
		}
	}
	if h.Has("Return-Path") && strings.Trim(lower("Return-Path"), " <>") == "" {
		return true
	}
	kind, _, _ := h.ContentType()
	who, _, _ := strings.Cut(from, "@")
	return kind == "multipart/report" || who == "mailer-daemon" || who == "postmaster"
}
