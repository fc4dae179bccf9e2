package similar

import "testing"

// written are proposals as people write them: one, its copy in other words, and another of
// the same theme.
var written = map[string][3]string{
	"en": {
		"Community networks connect villages that commercial operators leave behind. This workshop brings together operators of community networks from Kenya, Mexico and Nepal to compare licences, spectrum rules and ways of paying for backhaul. Participants leave with a checklist for regulators that want to open spectrum to small operators.",
		"Villages that commercial operators have left behind are being connected by community networks. Operators of such networks from Nepal, Kenya and Mexico meet in this workshop and compare rules for spectrum, licences and how backhaul is paid for. Those who attend take home a checklist for any regulator wishing to open spectrum for small operators.",
		"Schools in rural districts still lack affordable broadband. The panel discusses how universal service funds could pay for fibre, what teachers need before devices arrive, and how governments can measure whether pupils learn more once a school is online.",
	},
	"fr": {
		"Les réseaux communautaires relient des villages que les opérateurs commerciaux délaissent. Cet atelier réunit des exploitants de réseaux communautaires du Kenya, du Mexique et du Népal pour comparer les licences, les règles du spectre et le financement des liaisons. Les participants repartent avec une liste de contrôle pour les régulateurs.",
		"Des villages délaissés par les opérateurs commerciaux sont reliés par des réseaux communautaires. Des exploitants de ces réseaux, venus du Népal, du Kenya et du Mexique, comparent dans cet atelier les règles du spectre, les licences et le financement des liaisons. Une liste de contrôle destinée aux régulateurs en sortira.",
		"Les écoles rurales manquent encore de connexions abordables. La table ronde examine comment les fonds de service universel pourraient payer la fibre, ce dont les enseignants ont besoin avant l'arrivée des appareils et comment mesurer les progrès des élèves.",
	},
	"es": {
		"Las redes comunitarias conectan aldeas que los operadores comerciales abandonan. Este taller reúne a operadores de redes comunitarias de Kenia, México y Nepal para comparar licencias, reglas del espectro y formas de financiar el enlace troncal. Los asistentes se llevan una lista de verificación para reguladores.",
		"Aldeas abandonadas por los operadores comerciales se conectan mediante redes comunitarias. Operadores de estas redes de Nepal, Kenia y México comparan en este taller las reglas del espectro, las licencias y la forma de financiar el enlace troncal. El resultado es una lista de verificación destinada a los reguladores.",
		"Las escuelas rurales todavía carecen de banda ancha asequible. El panel analiza cómo los fondos de servicio universal podrían pagar la fibra, qué necesitan los docentes antes de recibir dispositivos y cómo medir si los alumnos aprenden más.",
	},
	"ru": {
		"Общественные сети соединяют деревни, которые оставили коммерческие операторы. Семинар собирает операторов общественных сетей из Кении, Мексики и Непала, чтобы сравнить лицензии, правила распределения спектра и способы оплаты магистральных каналов. Участники получат контрольный список для регуляторов.",
		"Деревни, оставленные коммерческими операторами, соединяют общественные сети. Операторы таких сетей из Непала, Кении и Мексики сравнят на семинаре правила распределения спектра, лицензии и способы оплаты магистральных каналов. Итогом станет контрольный список для регуляторов.",
		"Сельским школам по-прежнему не хватает доступной широкополосной связи. Дискуссия посвящена тому, как фонды универсального обслуживания могут оплатить оптоволокно, что нужно учителям до появления устройств и как измерить успехи учеников.",
	},
	"zh": {
		"社区网络连接商业运营商忽视的村庄。本次研讨会邀请来自肯尼亚、墨西哥和尼泊尔的社区网络运营者，比较许可证制度、频谱规则以及回程费用的支付方式。参加者将获得一份面向监管机构的检查清单。",
		"商业运营商忽视的村庄由社区网络连接起来。来自尼泊尔、肯尼亚和墨西哥的社区网络运营者在本次研讨会上比较频谱规则、许可证制度和回程费用的支付方式，最后形成一份供监管机构使用的检查清单。",
		"农村学校仍然缺少负担得起的宽带。小组将探讨普遍服务基金怎样支付光纤费用，教师在设备到达之前需要什么培训，政府怎样衡量学生上网之后学习成绩是否提高。",
	},
	"ar": {
		"تربط الشبكات المجتمعية القرى التي يتركها المشغلون التجاريون. تجمع ورشة العمل مشغلي الشبكات المجتمعية من كينيا والمكسيك ونيبال لمقارنة التراخيص وقواعد الطيف وطرق تمويل الوصلات الرئيسية. يخرج الحاضرون بقائمة مرجعية للهيئات التنظيمية.",
		"القرى التي تركها المشغلون التجاريون تربطها الشبكات المجتمعية. في ورشة العمل يقارن مشغلو هذه الشبكات من نيبال وكينيا والمكسيك قواعد الطيف والتراخيص وطرق تمويل الوصلات الرئيسية، ثم يضعون قائمة مرجعية للهيئات التنظيمية.",
		"ما زالت المدارس الريفية تفتقر إلى الإنترنت السريع بأسعار معقولة. تبحث الندوة كيف يمكن لصناديق الخدمة الشاملة أن تدفع ثمن الألياف، وما يحتاجه المعلمون قبل وصول الأجهزة، وكيف نقيس تقدم التلاميذ.",
	},
}

// What people wrote and wrote again is found in each language; another text of the same
// theme is not.
func TestWritten(t *testing.T) {
	var texts []Text
	for lang, list := range written {
		for i, name := range []string{"a", "copy", "other"} {
			texts = append(texts, Text{ID: lang + "-" + name, Lang: lang, Body: list[i]})
		}
		more, _, _ := corpus(lang, 20, 5)
		texts = append(texts, more...)
	}
	x := New(texts)
	for lang, list := range written {
		found := x.Like(Text{ID: lang + "-a", Lang: lang, Body: list[0]}, 9)
		if len(found) == 0 || found[0].B != lang+"-copy" || found[0].Kind != KindSame {
			t.Errorf("%s: %+v", lang, found)
			continue
		}
		t.Logf("%s: %.2f, because of %v", lang, found[0].Score, found[0].Why[:5])
		for _, f := range found[1:] {
			if f.Kind == KindSame {
				t.Errorf("%s: %s is the same: %v", lang, f.B, f.Why)
			}
		}
	}
}

// Between languages only names, numbers, links, tags, goals, people and organisations
// speak: a translation that shares several is alike, never the same; one that shares none
// is not found.
func TestAcrossLanguages(t *testing.T) {
	var texts []Text
	for lang, list := range written {
		more, _, _ := corpus(lang, 20, 5)
		texts = append(texts, more...)
		texts = append(texts, Text{ID: lang + "-bare", Lang: lang, Body: list[2]})
	}
	x := New(append(texts, Text{
		ID: "ru", Lang: "ru", Title: "Общественные сети", Body: written["ru"][0] + " ЦУР 9, проект LibreRouter, 2019: https://www.example.org/networks/",
		People: []string{"Ada Example"}, Orgs: []string{"Rhizo"}, Tags: []string{"access"},
	}))
	english := Text{
		ID: "en", Lang: "en", Title: "Community networks", Body: written["en"][0] + " See SDG 9 and the LibreRouter of 2019 at http://example.org/networks?lang=en.",
		People: []string{"Ada Example", "Ben Sample"}, Orgs: []string{"RHIZO"}, Tags: []string{"Access"},
	}
	found := x.Like(english, 3)
	if len(found) != 1 || found[0].B != "ru" || found[0].Kind != KindAlike {
		t.Fatalf("%+v", found)
	}
	kinds := map[string]string{}
	for _, r := range found[0].Why {
		kinds[r.Kind] = r.Text
	}
	for kind, text := range map[string]string{Person: "Ada Example", Org: "RHIZO", Tag: "Access", Link: "http://example.org/networks?lang=en.", Goal: "9", Number: "2019", Name: "LibreRouter"} {
		if kinds[kind] != text {
			t.Errorf("%s is %q, want %q", kind, kinds[kind], text)
		}
	}
	english.Body, english.People, english.Orgs, english.Tags = written["en"][0], nil, nil, nil
	if found := x.Like(english, 3); len(found) > 0 {
		t.Errorf("without marks: %+v", found)
	}
	// One tag that is common to many is nothing.
	for i := range texts {
		texts[i].Tags = []string{"access"}
	}
	english.Tags = []string{"access"}
	if found := New(texts).Like(english, 3); len(found) > 0 && found[0].Score > 0.3 {
		t.Errorf("with a tag that all have: %+v", found)
	}
}
