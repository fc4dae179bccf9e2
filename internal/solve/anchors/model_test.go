package anchors_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"plenary/internal/solve/anchors"
)

// cell is one code point with a number of its own that it keeps for life; a copy knows
// the number of what it was copied from.
type cell struct {
	r        rune
	src, was int
}

type para struct {
	id    string
	cells []cell
}

// model is a text whose every code point is followed through its revisions.
type model struct {
	rng    *rand.Rand
	script script
	paras  []para
	src    int
	ids    int
}

// script is a way of writing: words to make sentences of.
type script struct {
	name, space, stop string
	words             []string
	stock             []string // sentences that come again and again
}

func (m *model) write(s string) []cell {
	var out []cell
	for _, r := range s {
		m.src++
		out = append(out, cell{r: r, src: m.src})
	}
	return out
}

func (m *model) id() string { m.ids++; return fmt.Sprint("p", m.ids) }

func (m *model) word() string {
	// Few words often, many seldom.
	f := m.rng.Float64()
	return m.script.words[int(f*f*float64(len(m.script.words)))]
}

func (m *model) sentence() string {
	if m.rng.IntN(12) == 0 {
		return m.script.stock[m.rng.IntN(len(m.script.stock))] + m.script.stop
	}
	var words []string
	for range 4 + m.rng.IntN(16) {
		words = append(words, m.word())
	}
	return strings.Join(words, m.script.space) + m.script.stop
}

func newModel(seed uint64, s script, n int) *model {
	m := &model{rng: rand.New(rand.NewPCG(seed, 7)), script: s}
	for range n {
		var text []string
		for range 1 + m.rng.IntN(5) {
			text = append(text, m.sentence())
		}
		m.paras = append(m.paras, para{m.id(), m.write(strings.Join(text, s.space))})
	}
	return m
}

func text(cells []cell) string {
	var b strings.Builder
	for _, c := range cells {
		b.WriteRune(c.r)
	}
	return b.String()
}

func (m *model) state() []anchors.Para {
	var out []anchors.Para
	for _, p := range m.paras {
		out = append(out, anchors.Para{ID: p.id, Text: text(p.cells)})
	}
	return out
}

// sentences are the bounds of the sentences of a paragraph.
func (m *model) sentences(p para) [][2]int {
	stop := []rune(m.script.stop)[0]
	var out [][2]int
	start := 0
	for i, c := range p.cells {
		if c.r == stop {
			out = append(out, [2]int{start, i + 1})
			for start = i + 1; start < len(p.cells) && p.cells[start].r == ' '; {
				start++
			}
		}
	}
	if start < len(p.cells) {
		out = append(out, [2]int{start, len(p.cells)})
	}
	return out
}

// wordsOf are the bounds of words; where words are not parted, of two signs.
func (m *model) wordsOf(p para) [][2]int {
	var out [][2]int
	for i := 0; i < len(p.cells); {
		if !wordRune(p.cells[i].r) {
			i++
			continue
		}
		j := i + 1
		for j < len(p.cells) && wordRune(p.cells[j].r) && (m.script.space != "" || j < i+2) {
			j++
		}
		out = append(out, [2]int{i, j})
		i = j
	}
	return out
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) }

func (m *model) pick() int            { return m.rng.IntN(len(m.paras)) }
func pick[T any](m *model, s []T) T   { return s[m.rng.IntN(len(s))] }
func join(parts ...[]cell) []cell     { return slices.Concat(parts...) }
func (m *model) space() []cell        { return m.write(m.script.space) }
func (m *model) insert(i int, p para) { m.paras = slices.Insert(m.paras, i, p) }

// take cuts a piece out of a paragraph, with the space after it.
func (m *model) take(i, lo, hi int) []cell {
	p := &m.paras[i]
	out := slices.Clone(p.cells[lo:hi])
	for hi < len(p.cells) && p.cells[hi].r == ' ' {
		hi++
	}
	p.cells = join(p.cells[:lo], p.cells[hi:])
	for k := len(p.cells); k > 0 && p.cells[k-1].r == ' '; k-- {
		p.cells = p.cells[:k-1]
	}
	return out
}

func (m *model) put(i int, piece []cell) {
	p := &m.paras[i]
	if len(p.cells) == 0 {
		p.cells = piece
		return
	}
	s := pick(m, m.sentences(*p))
	p.cells = join(p.cells[:s[0]], piece, m.space(), p.cells[s[0]:])
}

// edit does one random thing to the text, as an editor would.
func (m *model) edit() string {
	i := m.pick()
	p := &m.paras[i]
	kinds := []string{
		"reword", "reword", "reword", "reword", "insert words", "delete words", "split", "merge", "move", "move sentence",
		"new sentence", "delete sentence", "delete paragraph", "new paragraph", "repeat sentence", "repeat paragraph", "rewrite", "swap",
	}
	kind := pick(m, kinds)
	ws, ss := m.wordsOf(*p), m.sentences(*p)
	if len(ws) < 3 || len(ss) == 0 || len(m.paras) < 5 {
		kind = "new paragraph"
	}
	switch kind {
	case "reword":
		for range 1 + m.rng.IntN(3) {
			ws = m.wordsOf(*p)
			w := pick(m, ws)
			if word := m.word(); word != text(p.cells[w[0]:w[1]]) {
				p.cells = join(p.cells[:w[0]], m.write(word), p.cells[w[1]:])
			}
		}
	case "rewrite": // several words of one sentence
		s := pick(m, ss)
		for k := len(ws) - 1; k >= 0; k-- {
			if w := ws[k]; w[0] >= s[0] && w[1] <= s[1] && m.rng.IntN(3) == 0 {
				p.cells = join(p.cells[:w[0]], m.write(m.word()), p.cells[w[1]:])
			}
		}
	case "insert words":
		w := pick(m, ws)
		p.cells = join(p.cells[:w[0]], m.write(m.word()), m.space(), p.cells[w[0]:])
	case "delete words":
		w := pick(m, ws)
		m.take(i, w[0], w[1])
	case "split":
		cut := pick(m, ss)[0]
		if m.rng.IntN(4) == 0 {
			cut = pick(m, ws)[0]
		}
		if cut == 0 {
			break
		}
		a, b := para{p.id, slices.Clone(p.cells[:cut])}, para{m.id(), slices.Clone(p.cells[cut:])}
		for k := len(a.cells); k > 0 && a.cells[k-1].r == ' '; k-- {
			a.cells = a.cells[:k-1]
		}
		if len(b.cells) > len(a.cells) && m.rng.IntN(2) == 0 {
			a.id, b.id = b.id, a.id
		}
		m.paras[i] = a
		m.insert(i+1, b)
	case "merge":
		if i+1 == len(m.paras) {
			break
		}
		q := m.paras[i+1]
		if m.rng.IntN(2) == 0 {
			p.id = q.id
		}
		p.cells = join(p.cells, m.space(), q.cells)
		m.paras = slices.Delete(m.paras, i+1, i+2)
	case "move":
		q := *p
		m.paras = slices.Delete(m.paras, i, i+1)
		m.insert(m.pick(), q)
	case "move sentence", "swap":
		s := pick(m, ss)
		if len(ss) < 2 {
			break
		}
		piece := m.take(i, s[0], s[1])
		if kind == "move sentence" {
			i = m.pick()
		}
		m.put(i, piece)
	case "new sentence":
		m.put(i, m.write(m.sentence()))
	case "delete sentence":
		if s := pick(m, ss); len(ss) > 1 {
			m.take(i, s[0], s[1])
		}
	case "delete paragraph":
		m.paras = slices.Delete(m.paras, i, i+1)
	case "new paragraph":
		m.insert(i, para{m.id(), m.write(m.sentence() + m.script.space + m.sentence())})
	case "repeat sentence":
		s := pick(m, ss)
		m.put(m.pick(), m.copied(p.cells[s[0]:s[1]]))
	case "repeat paragraph":
		m.insert(m.pick(), para{m.id(), m.copied(p.cells)})
	}
	return kind
}

func (m *model) copied(cells []cell) []cell {
	out := slices.Clone(cells)
	for i := range out {
		m.src++
		out[i].was = out[i].src
		out[i].src = m.src
	}
	return out
}

var scripts = []script{
	{
		"en", " ", ".", strings.Fields(`the of and to in is that for on with we should must all access internet governance policy people right rights data
		digital open public stakeholders states multistakeholder process forum session meaningful connectivity community communities women youth rural
		infrastructure security cyber norms cooperation capacity building standards human protection children privacy trust artificial intelligence
		transparency accountability platforms content moderation language languages local inclusion cables spectrum satellites affordability skills
		regulators fragmentation encryption sanctions interoperability exchange points routing measurement evidence funding sustainable development`),
		[]string{"None", "This was welcomed", "Participants agreed", "Governments and companies share the responsibility"},
	},
	{
		"fr", " ", ".", strings.Fields(`le la les de des et à en que pour sur avec nous devons tous accès l'internet gouvernance politique droits données
		numérique ouvert public États processus séance connectivité communauté femmes jeunesse sécurité coopération capacités normes humain
		protection enfants confiance intelligence artificielle transparence responsabilité plateformes contenus langues inclusion câbles
		développement durable régulateurs chiffrement réseau mesures preuves financement équité accessibilité où être même très déjà`),
		[]string{"Néant", "Cela a été salué", "Les participants en ont convenu"},
	},
	{
		"ru", " ", ".", strings.Fields(`и в на что для с мы должны все доступ интернет управление политика люди права данные цифровой открытый
		государства процесс форум заседание подключение сообщество женщины молодёжь безопасность нормы сотрудничество потенциал стандарты
		защита дети доверие искусственный интеллект прозрачность подотчётность платформы содержание языки включённость кабели развитие`),
		[]string{"Нет", "Это приветствовали", "Участники согласились"},
	},
	{"ar", " ", ".", strings.Fields(`في من على أن إلى مع نحن يجب جميع الوصول الإنترنت حوكمة سياسة الناس حقوق بيانات رقمي مفتوح عام الدول عملية
		منتدى جلسة الاتصال مجتمع النساء الشباب أمن معايير تعاون القدرات حماية الأطفال ثِقَة ذكاء اصطناعي شَفَافِيَّة مساءلة منصات محتوى لغات
		شمول كابلات تنمية مستدامة تشفير قياس أدلة تمويل`), []string{"لا يوجد", "رحب المشاركون بذلك", "اتفق المشاركون"}},
	{
		"zh", "", "。", strings.Fields(`的 和 在 是 我们 应当 必须 所有 接入 互联网 治理 政策 人民 权利 数据 数字 开放 公共 利益攸关方 国家 进程 论坛 会议
		有意义 连通性 社区 妇女 青年 农村 基础设施 安全 规范 合作 能力 建设 标准 人权 保护 儿童 隐私 信任 人工智能 透明度 问责 平台 内容 语言 包容 海缆 可持续 发展 加密 测量 证据 供资`),
		[]string{"无", "与会者对此表示欢迎", "与会者一致同意"},
	},
	{
		"es", " ", ".", strings.Fields(`el la los las de y a en que para sobre con debemos todos acceso internet gobernanza política personas derechos
		datos digital abierto público Estados proceso foro sesión conectividad comunidad mujeres jóvenes rurales seguridad normas cooperación
		capacidades estándares protección niñez privacidad confianza inteligencia artificial transparencia rendición cuentas plataformas lenguas inclusión`),
		[]string{"Ninguno", "Se acogió con agrado", "Los participantes coincidieron"},
	},
}
