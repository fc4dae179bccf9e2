package programme

import (
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// Type is a kind of session with the service it gets and what it owes afterwards.
// Types belong to an edition: what a workshop is may change from year to year.
type Type struct {
	bun.BaseModel `bun:"table:session_types,alias:ty"`

	ID               core.ID   `bun:"id,pk" json:"id"`
	Edition          core.ID   `bun:"edition" json:"-"`
	Position         int       `bun:"position" json:"-"`
	Slug             string    `bun:"slug" json:"slug" doc:"workshop, open-forum, main"`
	Prefix           string    `bun:"prefix" json:"prefix" doc:"begins the references of its sessions: ws"`
	Name             core.Text `bun:"name" json:"name"`
	Durations        []int     `bun:"durations,type:jsonb" json:"durations" doc:"minutes that a session of it may take; none means any"`
	Services         Services  `bun:"services,type:jsonb" json:"services"`
	Windows          []Window  `bun:"windows,type:jsonb" json:"windows" doc:"times of day at the venue in which it may take place; none means any"`
	GapMinutes       int       `bun:"gap_minutes" json:"gap_minutes" doc:"least time between two of them in one room (X10)"`
	TakeawaysMinutes int       `bun:"takeaways_minutes" json:"takeaways_minutes" doc:"minutes after the session until takeaways are due; 0: none are owed"`
	ReportDays       int       `bun:"report_days" json:"report_days" doc:"days after the edition until the report is due; 0: none is owed"`
	OwesMessages     bool      `bun:"owes_messages" json:"owes_messages" doc:"its sessions are expected to give Messages"`
	Version          int64     `bun:"version" json:"version"`
}

// Services are what a session of a type gets.
type Services struct {
	Webcast        bool     `json:"webcast"`
	Transcript     bool     `json:"transcript"`
	Interpretation []string `json:"interpretation" doc:"languages"`
}

// Window is a span of the day at the venue, "12:30" to "14:00".
type Window struct {
	From  string `json:"from"`
	Until string `json:"until"`
}

// Holds tells whether a session that starts and ends at these times of day lies within.
func (w Window) Holds(start, end time.Time) bool {
	return start.Format("15:04") >= w.From && end.Format("15:04") <= w.Until && start.Format(time.DateOnly) == end.Format(time.DateOnly)
}

// Main tells whether it is the type of main sessions.
func (t Type) Main() bool { return t.Slug == "main" }

// TypeNamed finds a type by slug, else by prefix, else by any of its names, ignoring
// case; nil where there is none.
func TypeNamed(types []Type, name string) *Type {
	name = strings.TrimSpace(name)
	for _, is := range []func(Type) bool{
		func(t Type) bool { return strings.EqualFold(t.Slug, name) },
		func(t Type) bool { return strings.EqualFold(t.Prefix, name) },
		func(t Type) bool {
			return slices.ContainsFunc(core.Langs, func(l string) bool { return strings.EqualFold(t.Name.By[l], name) })
		},
	} {
		if i := slices.IndexFunc(types, is); i >= 0 && name != "" {
			return &types[i]
		}
	}
	return nil
}

// TypeOf finds a type by its id; the zero Type where there is none.
func TypeOf(types []Type, id core.ID) Type {
	if i := slices.IndexFunc(types, func(t Type) bool { return t.ID == id }); i >= 0 {
		return types[i]
	}
	return Type{}
}

func names(en, fr, es, ru, zh, ar string) core.Text {
	return core.Text{Orig: "en", By: map[string]string{"en": en, "fr": fr, "es": es, "ru": ru, "zh": zh, "ar": ar}}
}

// DefaultTypes are the session types of today's practice, for a new edition: durations
// and services from the forum's calls, takeaways two hours after the session, the
// report two weeks after the meeting. Staff change them per edition.
func DefaultTypes() []Type {
	six := slices.Clone(core.Langs)
	full := Services{Webcast: true, Transcript: true, Interpretation: six}
	most := Services{Webcast: true, Transcript: true}
	cast := Services{Webcast: true}
	types := []Type{
		{Slug: "main", Prefix: "main", Name: names("Main session", "Séance principale", "Sesión principal", "Основная сессия", "主会", "جلسة رئيسية"), Durations: []int{90}, Services: full, GapMinutes: 15, TakeawaysMinutes: 120, ReportDays: 14, OwesMessages: true},
		{Slug: "high-level", Prefix: "hl", Name: names("High-level session", "Séance de haut niveau", "Sesión de alto nivel", "Сессия высокого уровня", "高级别会议", "جلسة رفيعة المستوى"), Durations: []int{60, 75, 90}, Services: full, TakeawaysMinutes: 120, ReportDays: 14, OwesMessages: true},
		{Slug: "ceremony", Prefix: "cer", Name: names("Ceremony", "Cérémonie", "Ceremonia", "Церемония", "仪式", "مراسم"), Durations: []int{30, 60, 90}, Services: full},
		{Slug: "parliamentary", Prefix: "parl", Name: names("Parliamentary session", "Séance parlementaire", "Sesión parlamentaria", "Парламентская сессия", "议会会议", "جلسة برلمانية"), Durations: []int{60, 90, 120}, Services: most, TakeawaysMinutes: 120, ReportDays: 14},
		{Slug: "workshop", Prefix: "ws", Name: names("Workshop", "Atelier", "Taller", "Семинар", "研讨会", "ورشة عمل"), Durations: []int{30, 60, 90}, Services: most, TakeawaysMinutes: 120, ReportDays: 14},
		{Slug: "open-forum", Prefix: "of", Name: names("Open forum", "Forum ouvert", "Foro abierto", "Открытый форум", "开放论坛", "منتدى مفتوح"), Durations: []int{60}, Services: most, TakeawaysMinutes: 120, ReportDays: 14},
		{Slug: "town-hall", Prefix: "th", Name: names("Town hall", "Assemblée publique", "Asamblea pública", "Общее собрание", "市政厅会议", "لقاء مفتوح"), Durations: []int{30, 60}, Services: most, TakeawaysMinutes: 120, ReportDays: 14},
		{Slug: "dc-session", Prefix: "dc", Name: names("Dynamic coalition session", "Séance d’une coalition dynamique", "Sesión de una coalición dinámica", "Сессия динамической коалиции", "动态联盟会议", "جلسة تحالف دينامي"), Durations: []int{60, 90}, Services: most, TakeawaysMinutes: 120, ReportDays: 14},
		{Slug: "bpf-pn-session", Prefix: "bpf", Name: names("Best practice forum or policy network session", "Séance d’un forum sur les meilleures pratiques ou d’un réseau de politiques", "Sesión de un foro de mejores prácticas o una red de políticas", "Сессия форума передовой практики или сети по вопросам политики", "最佳做法论坛或政策网络会议", "جلسة منتدى أفضل الممارسات أو شبكة سياسات"), Durations: []int{60, 90}, Services: most, TakeawaysMinutes: 120, ReportDays: 14},
		{Slug: "nri-session", Prefix: "nri", Name: names("National and regional initiatives session", "Séance des initiatives nationales et régionales", "Sesión de las iniciativas nacionales y regionales", "Сессия национальных и региональных инициатив", "国家和区域倡议会议", "جلسة المبادرات الوطنية والإقليمية"), Durations: []int{60, 90}, Services: most, TakeawaysMinutes: 120, ReportDays: 14},
		{Slug: "youth", Prefix: "youth", Name: names("Youth session", "Séance jeunesse", "Sesión de la juventud", "Молодежная сессия", "青年会议", "جلسة الشباب"), Durations: []int{60, 90, 120}, Services: cast, TakeawaysMinutes: 120, ReportDays: 14},
		{Slug: "launch-award", Prefix: "launch", Name: names("Launch or award event", "Lancement ou remise de prix", "Presentación o entrega de premios", "Презентация или вручение наград", "发布或颁奖活动", "فعالية إطلاق أو تكريم"), Durations: []int{20, 30, 45, 60}, Services: cast, ReportDays: 14},
		{Slug: "lightning", Prefix: "lt", Name: names("Lightning talk", "Intervention éclair", "Charla relámpago", "Краткое выступление", "闪电演讲", "حديث خاطف"), Durations: []int{20}, Windows: []Window{{From: "12:00", Until: "15:00"}}, ReportDays: 14},
		{Slug: "networking", Prefix: "net", Name: names("Networking session", "Séance de réseautage", "Sesión de contactos", "Встреча для налаживания контактов", "交流会", "جلسة تواصل"), ReportDays: 14},
		{Slug: "day-zero", Prefix: "event", Name: names("Day Zero event", "Événement du Jour zéro", "Evento del Día Cero", "Мероприятие нулевого дня", "零日活动", "فعالية اليوم صفر"), Services: cast, ReportDays: 14},
		{Slug: "open-mic", Prefix: "mic", Name: names("Open microphone", "Micro ouvert", "Micrófono abierto", "Открытый микрофон", "开放麦克风", "ميكروفون مفتوح"), Durations: []int{60, 90, 120}, Services: full, TakeawaysMinutes: 120, ReportDays: 14},
	}
	for i := range types {
		types[i].Position = i
		types[i].tidy()
	}
	return types
}

// tidy makes empty lists of missing ones: they are stored and shown as such.
func (t *Type) tidy() {
	if t.Durations == nil {
		t.Durations = []int{}
	}
	if t.Windows == nil {
		t.Windows = []Window{}
	}
	if t.Services.Interpretation == nil {
		t.Services.Interpretation = []string{}
	}
}
