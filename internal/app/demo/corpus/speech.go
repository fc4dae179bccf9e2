package corpus

import (
	"math/rand/v2"
	"strings"
)

// Said is one piece of an invented session: who says it (-1: somebody from the floor,
// Label says who) and what.
type Said struct {
	Person int
	Label  string
	Text   string
}

// Speech invents what was said in a session: the moderator opens, speakers take up the
// guiding questions, and what its takeaways and calls say is really said by those on
// whom they rest. Equal sessions give equal speech.
func (c *Corpus) Speech(s *Session) []Said {
	w := &speech{c: c, s: s, r: rand.New(rand.NewPCG(c.Seed, uint64(s.Code)))} //nolint:gosec // codes are small and positive
	w.open()
	w.questions()
	w.floor()
	w.close()
	return w.out
}

type speech struct {
	c   *Corpus
	s   *Session
	r   *rand.Rand
	out []Said
	n   int // next sentence of the filler
}

func (w *speech) one(roles ...string) int {
	for _, want := range roles {
		for _, r := range w.s.Roles {
			if r.Role == want {
				return r.Person
			}
		}
	}
	return -1
}

func (w *speech) speakers() []int {
	var out []int
	for _, r := range w.s.Roles {
		if r.Role == "speaker" || r.Role == "keynote" {
			out = append(out, r.Person)
		}
	}
	return out
}

func (w *speech) moderator(text string) {
	w.out = append(w.out, Said{Person: w.one("onsite-moderator", "chair", "online-moderator", "organiser"), Label: "MODERATOR", Text: text})
}

func (w *speech) says(person int, text string) {
	label := "PARTICIPANT"
	if person >= 0 {
		label = strings.ToUpper(w.c.People[person].Name)
	}
	w.out = append(w.out, Said{Person: person, Label: label, Text: text})
}

// filler gives sentences of which none comes twice in a session.
func (w *speech) filler(n int) []string {
	if w.n == 0 {
		w.n = 1 + w.r.IntN(len(between))
	}
	var out []string
	for range n {
		out = append(out, between[w.n%len(between)])
		w.n++
	}
	return out
}

func (w *speech) open() {
	title := w.s.Title["en"]
	w.moderator("Good morning, good afternoon and good evening to all who are here in the room and online.")
	w.moderator("Welcome to this session, which is called " + title + ".")
	for _, p := range w.s.Description["en"] {
		for _, sentence := range strings.SplitAfter(p, ". ") {
			if sentence = strings.TrimSpace(sentence); sentence != "" {
				w.moderator(sentence)
			}
		}
	}
	w.moderator("We have interpretation and captions. Please say your name before you speak, and speak slowly.")
}

func (w *speech) questions() {
	speakers := w.speakers()
	if len(speakers) == 0 {
		speakers = []int{w.one("organiser", "rapporteur")}
	}
	questions := w.s.GuidingQuestions
	if len(questions) == 0 {
		questions = []string{"What have you seen work, and what would you not do again?"}
	}
	turn, given := 0, 0
	for i, q := range questions {
		w.moderator("Let us take up this question: " + q)
		for range min(2, len(speakers)) {
			who := speakers[turn%len(speakers)]
			turn++
			w.says(who, "Thank you. Let me answer from what we have seen in our own work.")
			for _, t := range w.filler(4 + w.r.IntN(3)) {
				w.says(who, t)
			}
			// The takeaways are said by those on whom they rest, in turn.
			if given < len(w.s.Takeaways) && (i*2+turn)%2 == 0 || i == len(questions)-1 && given < len(w.s.Takeaways) {
				w.takeaway(given)
				given++
			}
		}
	}
	for ; given < len(w.s.Takeaways); given++ {
		w.takeaway(given)
	}
}

func (w *speech) takeaway(i int) {
	t := w.s.Takeaways[i]
	who := -1
	if len(t.From) > 0 {
		who = t.From[0]
	}
	w.says(who, "If there is one thing to write down from this discussion, it is this.")
	w.says(who, t.Text)
	if len(t.From) > 1 {
		w.says(t.From[1], "I support that, and I would add only that it takes time and money to do it well.")
	}
}

func (w *speech) floor() {
	w.moderator("I now open the floor. There is a microphone in the aisle, and the online moderator reads what you write.")
	for range 3 {
		w.says(-1, "Thank you for giving me the floor.")
		for _, t := range w.filler(3) {
			w.says(-1, t)
		}
	}
	if who := w.one("online-moderator"); who >= 0 {
		w.says(who, "We have a comment from a remote hub. They ask that the notes of this session be published in more than one language.")
	}
}

func (w *speech) close() {
	for _, c := range w.s.Calls {
		w.moderator("What we ask for, then, is the following. " + c.Text)
	}
	w.moderator("The rapporteur will send the takeaways within two hours. Please look at them, and say where we got you wrong.")
	w.moderator("Thank you to our speakers, to the interpreters and to the captioner. The session is closed.")
}

// between is what people say in any session.
var between = []string{
	"We began with a small group that met every month, and only later did we write anything down.",
	"The first lesson is that nobody reads a policy that is longer than two pages.",
	"In our region the cost of a connection is still the first thing that people talk about.",
	"I want to be careful here, because what works in a city often fails in a village.",
	"We asked users before we changed anything, and their answer was not what we expected.",
	"There is a difference between being consulted and being heard.",
	"The technical community told us early on that the plan would not scale.",
	"We had to learn the law as we went along, and so did the regulator.",
	"Let me give a number, with all the caution that numbers from small surveys need.",
	"About a third of the people whom we asked had never heard of the complaint procedure.",
	"The private sector came to the table once the rules were clear.",
	"Young people took part from the beginning, not as guests but as authors.",
	"I disagree a little with the previous speaker, although we want the same thing.",
	"What is missing is somebody who feels responsible after the project ends.",
	"We publish the minutes, and that alone has changed how people speak.",
	"Interpretation is not a luxury; without it half of the room is silent.",
	"We made mistakes with accessibility, and we corrected them too late.",
	"Trust is slow to build and quick to lose.",
	"The standard exists; what is missing is that procurement asks for it.",
	"We should not measure success by the number of meetings.",
	"In practice the small operators carry the risk and the large ones carry the traffic.",
	"A parliament can hold hearings, but it needs evidence that it understands.",
	"We learned more from the two failed pilots than from the one that worked.",
	"Data that nobody maintains is worse than no data.",
	"It helps to say at the start who will answer to whom, and by when.",
	"Many of these problems are older than the Internet.",
	"Cross-border cooperation works when people know each other's names.",
	"The question is not whether to share, but under which conditions and with what recourse.",
	"Resilience begins with knowing what depends on what.",
	"We need fewer declarations and more follow-up.",
	"That is why we translated the guide into four languages before the launch.",
	"I would like to hear from those who are not on the panel.",
	"Our partners in the islands see this first, because their cables are few.",
	"The schools were the best multipliers that we found.",
	"Everything that we built is open, and anybody can check it.",
	"Gender was not in the first draft; it is now in every chapter.",
	"The figures for this year will be published with the method by which they were counted.",
	"It is easier to start a network than to keep it alive for ten years.",
	"We ask companies the same five questions every year and publish the answers.",
	"Let me stop here, because I see that the clock is running.",
}

// SpeechFrench and SpeechArabic are what interpreters said in a session about a subject
// that fits any of them.
var (
	SpeechFrench = []string{
		"Bonjour à toutes et à tous, dans la salle et en ligne.",
		"Bienvenue à cette séance. L’interprétation et le sous-titrage sont assurés.",
		"Avant de commencer, je rappelle que chacun dispose de trois minutes.",
		"La première question est simple : qui est responsable quand le projet s’achève ?",
		"Dans notre région, le coût de la connexion reste la première préoccupation.",
		"Nous avons appris que personne ne lit un document de plus de deux pages.",
		"Il faut distinguer être consulté et être entendu.",
		"Les jeunes ont participé dès le début, comme auteurs et non comme invités.",
		"L’interprétation n’est pas un luxe : sans elle, la moitié de la salle se tait.",
		"Nous publions les comptes rendus, et cela a changé la manière de parler.",
		"Je ne suis pas tout à fait d’accord avec l’oratrice précédente.",
		"Les petits opérateurs portent le risque, les grands portent le trafic.",
		"La confiance se gagne lentement et se perd vite.",
		"Les données que personne ne tient à jour sont pires que pas de données.",
		"Il manque un suivi : qui répond, à qui, et pour quand ?",
		"Une question du public en ligne : les notes seront-elles publiées en plusieurs langues ?",
		"Oui, elles le seront, dans les deux heures qui suivent la séance.",
		"Nous demandons aux entreprises les mêmes réponses chaque année.",
		"L’accessibilité doit être prévue dès le départ.",
		"Je remercie les interprètes. La séance est levée.",
	}
	SpeechArabic = []string{
		"صباح الخير للجميع، في القاعة وعبر الإنترنت.",
		"مرحباً بكم في هذه الجلسة. تتوفر الترجمة الفورية والتسميات التوضيحية.",
		"أذكّر بأن لكل متحدث ثلاث دقائق.",
		"السؤال الأول بسيط: من المسؤول بعد انتهاء المشروع؟",
		"في منطقتنا ما زالت كلفة الاتصال هي الشاغل الأول.",
		"تعلمنا أن لا أحد يقرأ وثيقة تزيد على صفحتين.",
		"هناك فرق بين أن تُستشار وأن يُسمع صوتك.",
		"شارك الشباب منذ البداية كمؤلفين لا كضيوف.",
		"الترجمة الفورية ليست ترفاً، فمن دونها يصمت نصف القاعة.",
		"ننشر المحاضر، وهذا وحده غيّر طريقة الكلام.",
		"لا أتفق تماماً مع المتحدثة السابقة.",
		"المشغلون الصغار يتحملون المخاطر.",
		"تُبنى الثقة ببطء وتُفقد بسرعة.",
		"البيانات التي لا يحدّثها أحد أسوأ من عدم وجودها.",
		"ما ينقصنا هو المتابعة: من يجيب، ولمن، ومتى؟",
		"سؤال من الجمهور عبر الإنترنت: هل ستُنشر الملاحظات بأكثر من لغة؟",
		"نعم، ستُنشر خلال ساعتين بعد الجلسة.",
		"يجب التخطيط لسهولة النفاذ منذ البداية.",
		"نشكر المترجمين. رُفعت الجلسة.",
	}
)
