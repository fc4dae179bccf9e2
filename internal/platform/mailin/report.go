package mailin

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/emersion/go-message"
)

// Kinds of reports about a mail that was sent from here.
const (
	ReportHard      = "hard"      // the address does not take mail, and will not
	ReportSoft      = "soft"      // not taken this time: the mailbox is full, the text was not liked
	ReportExpired   = "expired"   // a server on the way has tried in vain for days
	ReportDelayed   = "delayed"   // it has not arrived yet and is still tried
	ReportComplaint = "complaint" // the recipient calls it unwanted (RFC 5965)
)

// Report is what a mail server says about a mail that was sent from here.
type Report struct {
	Kind   string
	Status string // RFC 3463: "5.1.1"; empty where none is given
	Text   string // what the server said, on one line
}

const maxReport = 500

// ReadReport reads a report on a delivery that failed or is late (RFC 3464, and what servers
// write that do not know it), or of a complaint (RFC 5965). It is false for any other message,
// like an out-of-office note or a report of success.
func ReadReport(m Message) (Report, bool) {
	var dsn, arf []byte
	headers(m.Raw, 0, func(kind string, body []byte) {
		switch kind {
		case "message/delivery-status", "message/global-delivery-status":
			dsn = append(append(dsn, body...), "\n\n"...)
		case "message/feedback-report":
			arf = append(arf, body...)
		}
	})
	if f := groups(arf); len(f) > 0 {
		switch f[0]["feedback-type"] {
		case "abuse", "fraud", "virus", "opt-out", "opt-out-list", "other":
			return Report{Kind: ReportComplaint, Text: short(f[0]["feedback-type"] + " " + f[0]["user-agent"])}, true
		}
		return Report{}, false
	}
	var late *Report
	for _, f := range groups(dsn) {
		if f["action"] == "" && f["status"] == "" {
			continue
		}
		r, ok := judge(f["action"], f["status"], f["diagnostic-code"])
		if ok && r.Kind != ReportDelayed {
			return r, true
		}
		if ok {
			late = &r
		}
	}
	if late != nil {
		return *late, true
	}
	if len(dsn) > 0 {
		return Report{}, false // it arrived
	}
	return plainReport(m)
}

// headers goes through the parts of a message and shows the kind and the decoded text of each
// that has none within it.
func headers(raw []byte, depth int, show func(kind string, body []byte)) {
	if depth > maxDepth {
		return
	}
	head, body, ok := divide(raw)
	if !ok {
		return
	}
	e, err := message.Read(bytes.NewReader(slices.Concat(head, []byte("\r\n"), body)))
	if e == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return
	}
	kind, params := contentType(&e.Header)
	if strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" {
		for i, p := range split(body, params["boundary"]) {
			if i < maxParts {
				headers(p, depth+1, show)
			}
		}
		return
	}
	r := &reader{}
	show(kind, r.body(e))
}

// groups are fields in groups that blank lines part, as reports have them: names and simple
// values in lower case.
func groups(b []byte) (out []map[string]string) {
	cur := map[string]string{}
	last := ""
	end := func() {
		if len(cur) > 0 && len(out) < maxParts {
			out = append(out, cur)
		}
		cur, last = map[string]string{}, ""
	}
	for line := range strings.Lines(string(b)) {
		text := strings.TrimRight(line, "\r\n")
		switch name, value, colon := strings.Cut(text, ":"); {
		case strings.TrimSpace(text) == "":
			end()
		case (text[0] == ' ' || text[0] == '\t') && last != "":
			cur[last] += " " + strings.TrimSpace(text)
		case colon && fieldName([]byte(strings.TrimSpace(name))):
			last = strings.ToLower(strings.TrimSpace(name))
			if _, twice := cur[last]; !twice {
				cur[last] = strings.TrimSpace(value)
			}
			if last == "action" || last == "feedback-type" {
				cur[last] = strings.ToLower(cur[last])
			}
		}
	}
	end()
	return out
}

var (
	statusCode = regexp.MustCompile(`(?:^|[^0-9.])([245]\.\d{1,3}\.\d{1,3})(?:$|[^0-9.]|\.(?:$|[^0-9]))`)
	replyCode  = regexp.MustCompile(`(?:^|[^0-9.])([45]\d\d)(?:[ -]|$)`)
)

// judge says what a failed delivery means. Numbers are not enough: many servers say 5.0.0, or
// 5.7.1 for somebody they do not know.
func judge(action, status, said string) (Report, bool) {
	r := Report{Status: codeIn(status), Text: short(strings.TrimSpace(said))}
	if named := codeIn(said); named != "" && (r.Status == "" || strings.HasSuffix(r.Status, ".0.0")) {
		r.Status = named
	}
	switch action {
	case "delayed":
		r.Kind = ReportDelayed
		return r, true
	case "delivered", "relayed", "expanded":
		return r, false
	}
	if strings.HasPrefix(r.Status, "2") {
		return r, false
	}
	r.Kind = kindOf(r.Status, strings.ToLower(said))
	return r, true
}

// Refusal says what the answer of a mail server means that does not take a mail for somebody.
func Refusal(said string) (kind, status string) {
	status = codeIn(said)
	return kindOf(status, strings.ToLower(said)), status
}

func codeIn(s string) string {
	if m := statusCode.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

// Words of servers that do not know an address, and of those that do not like a mail.
var (
	unknown = []string{
		"user unknown", "unknown user", "no such user", "no such recipient", "no such mailbox", "no mailbox here", "does not exist", "doesn't exist",
		"invalid recipient", "invalid mailbox", "recipient not found", "unknown recipient", "recipientnotfound", "user not found", "mailbox not found", "address unknown",
		"unknown address", "unrouteable address", "unroutable address", "mailbox unavailable", "account has been disabled", "account is disabled", "account disabled", "mailbox disabled",
		"no longer valid", "host or domain name not found", "host not found", "domain not found", "not our customer", "unknown local", "adresse inconnue",
	}
	disliked = []string{"spam", "blocked", "block list", "blocklist", "blacklist", "reputation", "policy", "dmarc", "too large", "size limit", "quota", "mailbox full", "mailbox is full", "over quota", "try again"}
)

func says(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

func kindOf(status, said string) string {
	switch {
	case status == "5.4.7", strings.HasPrefix(status, "4"):
		return ReportExpired
	case status == "5.1.7", status == "5.1.8", status == "5.1.9": // about the sender
		return ReportSoft
	case status == "5.2.2", status == "5.2.3", strings.HasPrefix(status, "5.6."):
		return ReportSoft
	case strings.HasPrefix(status, "5.1."), status == "5.2.1", status == "5.4.4", status == "5.4.310":
		return ReportHard
	case says(said, disliked):
		return ReportSoft
	case says(said, unknown):
		return ReportHard
	}
	return ReportSoft
}

var (
	bounceSubject = regexp.MustCompile(`(?i)undeliver|unzustellbar|failure notice|returned (mail|to sender)|delivery (status notification|failure|has failed|problem)|mail delivery (failed|system|subsystem)|message (could )?not (be )?delivered|warning: (could not send|message)|delayed|non remis|no se pudo entregar|не доставлено|退信|系统退信`)
	lateWords     = []string{"delayed", "will be retried", "still trying", "do not need to resend", "not need to resend", "no action is required", "temporarily deferred", "will continue to try", "this is a warning message only"}
)

// plainReport reads a report of a server that writes for people only.
func plainReport(m Message) (Report, bool) {
	head, _, ok := divide(m.Raw)
	if !ok {
		return Report{}, false
	}
	who, _, _ := strings.Cut(m.From, "@")
	named := bytes.Contains(bytes.ToLower(head), []byte("\nx-failed-recipients:"))
	text := m.Whole
	qmail := strings.Contains(text, "This is the qmail-send program")
	if !named && !qmail && (!bounceSubject.MatchString(m.Subject) || who != "mailer-daemon" && who != "postmaster" && who != "") {
		return Report{}, false
	}
	if len(text) > 8000 {
		text = strings.ToValidUTF8(text[:8000], "")
	}
	// What follows is a copy of our own mail.
	for _, mark := range []string{"--- Below this line is a copy", "------ This is a copy of", "----- Original message", "--- The header of the original", "Original message headers:"} {
		text, _, _ = strings.Cut(text, mark)
	}
	lower := strings.ToLower(text)
	r := Report{Status: codeIn(text), Text: short(sentence(text))}
	switch {
	case says(strings.ToLower(m.Subject), []string{"delayed", "warning"}) || says(lower, lateWords):
		r.Kind = ReportDelayed
	case r.Status == "" && replyCode.FindString(text) == "" && says(lower, unknown):
		r.Kind = ReportHard
	default:
		r.Kind = kindOf(r.Status, lower)
	}
	return r, true
}

// sentence is the line in which a server says why.
func sentence(text string) string {
	first := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if codeIn(line) != "" || replyCode.MatchString(line) || says(strings.ToLower(line), unknown) {
			return line
		}
		if first == "" {
			first = line
		}
	}
	return first
}

// short is one line that can be kept.
func short(s string) string {
	s = line(s)
	if r := []rune(s); len(r) > maxReport {
		return string(r[:maxReport])
	}
	return s
}
