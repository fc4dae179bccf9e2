package forumtext

import (
	"regexp"
	"strconv"
	"strings"
)

// The codes of findings inside one document, with the values in Finding.Args.
const (
	// FindTwoFigures: First, Second (figures as written), Kind, Year, Agrees ("rounded" or "no").
	FindTwoFigures = "two-figures"
	// FindTwoNouns: one figure, two nouns. First, Second, FirstNoun, SecondNoun, Number, Year.
	FindTwoNouns = "two-nouns"
	// FindVagueFigure: Written, Form ("comparison" or "magnitude"), Year, RefersTo ("140 individuals"), RefersYear.
	FindVagueFigure = "vague-figure"
	// FindPromise: a figure that is to come. About (the figure the note stands at), Due.
	FindPromise = "promise"
	// FindWrongEdition: Named ("IGF 2020"), Meant (the year of the text), Act ("register").
	FindWrongEdition = "wrong-edition"
	// FindImpossibleYear: Year, Latest (the last year the text can know), Basis ("date" or "edition"), Written.
	FindImpossibleYear = "impossible-year"
	// FindDayZeroCounted and FindDayZeroApart: Start, End, Days (stated, "" when not), DayZero, Certainty ("stated" or "likely").
	FindDayZeroCounted = "day-zero-counted"
	FindDayZeroApart   = "day-zero-apart"
	// FindNoMessages: Title, With (sessions that have Messages), Sessions (all).
	FindNoMessages = "no-messages"
	// FindOverlap: FirstTitle, SecondTitle, Minutes, Party (who would be in two places), Date.
	FindOverlap = "overlap"
	// FindRoomOverlap: FirstTitle, SecondTitle, Minutes, Room, Date.
	FindRoomOverlap = "room-overlap"
	// FindCountStated: Stated, Found.
	FindCountStated = "count-stated"
	// FindUnreferencedFootnote: Mark.
	FindUnreferencedFootnote = "unreferenced-footnote"
)

// maxFindings is how many findings of one kind are worth a person's time.
const maxFindings = 200

// check looks for what a person should know before believing the text.
func (r *reader) check() {
	if r.doc.Shape == Unknown {
		return
	}
	r.checkFigures()
	r.checkVague()
	r.checkPromises()
	r.checkEditions()
	r.checkLaterYears()
	r.checkDayZero()
	r.checkMessages()
	r.checkOverlaps()
	r.checkCount()
	r.checkFootnotes()
}

// find keeps a finding; arguments come as name and value, empty values are left out.
func (r *reader) find(code string, session int, first, second Placed, args ...string) {
	count := 0
	for _, f := range r.doc.Findings {
		if f.Code == code {
			count++
		}
	}
	if count >= maxFindings {
		return
	}
	f := Finding{Code: code, Args: map[string]string{}, First: first, Second: second, Session: session}
	for i := 0; i+1 < len(args); i += 2 {
		if args[i+1] != "" {
			f.Args[args[i]] = args[i+1]
		}
	}
	r.doc.Findings = append(r.doc.Findings, f)
}

// sentences calls do with every sentence of the running text, in order.
func (r *reader) sentences(do func(words Placed)) {
	for _, b := range r.blocks {
		for _, sp := range sentenceSpans(b.text) {
			do(Placed{b.text[sp.from:sp.to], b.at(sp.from, sp.to)})
		}
	}
}

// checkMessages finds the sessions of a summary that state no Messages while others do (X6).
func (r *reader) checkMessages() {
	if r.doc.Shape != Summary {
		return
	}
	with := 0
	for _, s := range r.doc.Sessions {
		if len(s.Messages) > 0 {
			with++
		}
	}
	if with == 0 {
		return
	}
	for i, s := range r.doc.Sessions {
		if len(s.Messages) == 0 {
			r.find(FindNoMessages, i, Placed{s.Title, s.TitlePlace}, Placed{},
				"Title", s.Title, "With", strconv.Itoa(with), "Sessions", strconv.Itoa(len(r.doc.Sessions)))
		}
	}
}

// checkFootnotes finds notes to which no mark of the text refers.
func (r *reader) checkFootnotes() {
	for _, n := range r.doc.Footnotes {
		if n.Marked.Line == 0 {
			r.find(FindUnreferencedFootnote, -1, Placed{n.Text, n.Place}, Placed{}, "Mark", n.Mark)
		}
	}
}

var vagueForm = regexp.MustCompile(`(?i)\b(?:(?:roughly|about|approximately|nearly|almost|around|more or less)\s+)?(?:the same|a similar|a comparable|an equal)\s+(?:number|amount|figure)s?\b|\b(?:à peu près |environ )?le même nombre\b|\bun nombre (?:similaire|comparable)\b|\b(?:casi |aproximadamente )?el mismo número\b|\bun número similar\b`)

// checkVague finds figures that give no number: those that point to another figure, and
// those that only say how large it was (X9).
func (r *reader) checkVague() {
	if r.doc.Shape != Report && r.doc.Shape != Summary {
		return
	}
	var last Fact
	at := 0
	r.inSections(func(words Placed) {
		before := last
		for ; at < len(r.doc.Facts) && r.doc.Facts[at].Words == words.Text; at++ {
			if f := r.doc.Facts[at]; f.Written != "" && f.Kind != FactDuration && f.Kind != FactDays {
				last = f
			}
		}
		m := vagueForm.FindString(words.Text)
		if m == "" {
			return
		}
		args := []string{"Written", m, "Form", "comparison", "Year", numeral(statedYear(words.Text, true))}
		var second Placed
		if before.Written != "" && words.Place.Line-before.Place.EndLine <= 3 {
			second = Placed{before.Words, before.Place}
			args = append(args, "RefersTo", before.figure(), "RefersYear", numeral(before.Year))
		}
		r.find(FindVagueFigure, -1, words, second, args...)
	})
	for _, f := range r.doc.Facts {
		if f.Written != "" && f.Number == 0 && f.Value == f.Written && vagueNumbers[strings.ToLower(firstWords(f.Value, 1))] && isPeopleKind(f.Kind) {
			r.find(FindVagueFigure, -1, Placed{f.Words, f.Place}, Placed{}, "Written", f.figure(), "Form", "magnitude", "Year", numeral(f.Year))
		}
	}
}

// inSections calls do with every sentence of the sections, in order.
func (r *reader) inSections(do func(words Placed)) {
	byLine := make(map[int]*block, len(r.blocks))
	for _, b := range r.blocks {
		byLine[b.lines[0]+1] = b
	}
	for _, sec := range r.doc.Sections {
		for _, p := range sec.Paragraphs {
			b := byLine[p.Place.Line]
			if b == nil {
				continue
			}
			for _, sp := range sentenceSpans(b.text) {
				do(Placed{b.text[sp.from:sp.to], b.at(sp.from, sp.to)})
			}
		}
	}
}

func isPeopleKind(k FactKind) bool {
	return k == FactParticipants || k == FactOnsite || k == FactOnline || k == FactGrants
}

// numeral is a number for Args; "" for 0, which means that none is stated.
func numeral(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// figure is a figure as written, with its qualifier, its noun and its mode.
func (f Fact) figure() string {
	text := f.Written
	if !f.carried && f.Noun != "" {
		text = f.withNoun()
	}
	if f.Mode != "" && !strings.Contains(text, f.Mode) && isPeopleKind(f.Kind) {
		text += " " + f.Mode
	}
	switch f.Qualifier {
	case "+", "or more":
		return text
	}
	return strings.TrimSpace(f.Qualifier + " " + text)
}

// withNoun is number and noun as the sentence has them: "five-day meeting", "Thousands of
// young people".
func (f Fact) withNoun() string {
	if i := strings.Index(f.Words, f.Written); i >= 0 {
		behind := f.Words[i+len(f.Written):]
		if j := strings.Index(behind, f.Noun); j >= 0 && j < 12 {
			return f.Written + behind[:j+len(f.Noun)]
		}
	}
	return f.Written + " " + f.Noun
}

var (
	promiseForm = regexp.MustCompile(`(?i)\b(?:will(?: also| then| soon)?(?: be)?|shall be|(?:is|are) to be) ?(?:compiled|published|presented|provided|released|announced|made available|shared|posted|issued|established)\b|\b(?:sera|seront|será|serán) (?:publiée?s?|compilée?s?|présentée?s?|publicad[oa]s?|presentad[oa]s?)\b`)
	figureWord  = regexp.MustCompile(`(?i)\b(?:statistic(?:s|al)?|breakdowns?|figures|counts?|numbers?|headcount|totals?|attendance data|list of participants|statistiques?|estadísticas?|chiffres|cifras)\b`)
	dueForm     = regexp.MustCompile(`(?i)\b((?:within|in the next|in the coming) [\p{L}\d\-]+(?: \p{L}+){0,2}? (?:days?|weeks?|months?|years?)|by (?:the end of )?(?:January|February|March|April|May|June|July|August|September|October|November|December|(?:19|20)\d\d)(?: (?:19|20)\d\d)?|in the coming (?:days|weeks|months)|in due course|shortly|soon|later)\b`)
)

// checkPromises finds figures that are promised for later, in notes and in the text (X8).
func (r *reader) checkPromises() {
	for _, n := range r.doc.Footnotes {
		if !isPromise(n.Text) {
			continue
		}
		about, second := "", Placed{}
		for _, f := range r.doc.Facts {
			if f.Footnote == n.Text {
				about, second = f.figure(), Placed{f.Words, f.Place}
				break
			}
		}
		r.find(FindPromise, -1, Placed{n.Text, n.Place}, second, "About", about, "Due", dueForm.FindString(n.Text))
	}
	r.inSections(func(words Placed) {
		if isPromise(words.Text) {
			r.find(FindPromise, -1, words, Placed{}, "Due", dueForm.FindString(words.Text))
		}
	})
}

// isPromise reports a sentence that promises figures: the word for them stands before
// the promise, as what is to be published.
func isPromise(text string) bool {
	loc := promiseForm.FindStringIndex(text)
	return loc != nil && figureWord.MatchString(text[:loc[0]])
}
