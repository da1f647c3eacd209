#pragma once

#include <string_view>

// Words of each language, with spaces between, that its stemmer changes by the rules that it uses most often in
// Snowball's vocabularies: a stemmer that makes the same of them all is taken to be the same. English has some for
// every rule.
namespace mkdb::text::detail {

inline constexpr std::string_view english_probe =
    "caresses ponies ties cats feed agreed plastered motoring sing conflated troubled sized hopping falling "
    "hissing failing filing happy sky relational conditional rational valency digitizer conformably radically "
    "differently vilely analogously vietnamization predication operator feudalism decisiveness hopefulness "
    "callousness formality sensitivity sensibility triplicate formative formalize electricity electrical hopeful "
    "goodness revival allowance inference airliner gyroscopic adjustable defensible irritant replacement "
    "adjustment dependent adoption homologous communism activate angularity effective bowdlerize probate rate "
    "cease controlling rolling dying news innings exceed generously commune arsenal proceed skis";

inline constexpr std::string_view arabic_probe =
    "ابتده ابترا ابترن ابتري ابتزت ابتزك ابتغين ابتني ابدنا ابدها ابديه ابديها ابركن ابروا ابغتا ابلهم ابلهن "
    "ابلينا ابنتان ابنتك ابنتكم ابنتكما ابنتكن ابنتنا ابنته ابنتها ابنتهم ابنتهما ابنتهن ابنكم ابنكما ابنهما "
    "ابنيك ابنيكم ابنيكما ابنيكن ابنيهم ابنيهما ابنيهن اتجاه اتجاها اتزانا اتقاهم ادعاك ادعاهما ادعاهن ارجعون "
    "البتة";

inline constexpr std::string_view armenian_probe =
    "աբբան ագաթի ագաթից ագահության ագավա ազդակ ազդել ազդեց ազդու ազոտը ազոտն ազոտով աթոռներ աթոռները աթոռների "
    "աթոռներից աթոռներով ալեհեր ախոյանը ածելու ածում ածվել ածվում ականի ակբար ակումը ակտին աղետներին աղոթք աղջիկ "
    "աճելով աճեցին աճեցմամբ ամառներն անասուն անոնց ապակի առեալ ասված ավերվեց էական էությունը էությունից էությունն "
    "էություններ էությունների իզոմերը իզոմերի";

inline constexpr std::string_view basque_probe =
    "abarren abian abiatu adiera adina aditu aditua adituak aditzak afera ahala ahate ahoko ahozko aireko airez "
    "aitak aldiz aleen amarekin anitzeko arekin ariketa arituko aritutako arituz arten asiar ataka atalaren "
    "ateetan aulki badena baita baitako bakean batek batetako batik berari bestea deituta diskoa edizio finkoak "
    "herrik izenak urtzen";

inline constexpr std::string_view catalan_probe =
    "abans abats abisme aboca abocà abolí acabi acant acció accés acers acres actor aeque aequo aeris afina "
    "afinacions afitat after agent agita alada alades albir alcen alcista aleró alien altament altar altre ambit "
    "ample anals anaren anava anaven anual armat artistes atles autos badia esment ibera oració orador";

inline constexpr std::string_view danish_probe =
    "abdas abner abners adelig affen afsige afvende agtelse agtes agtet aiternes aksene aksenes alderen alene "
    "andens anselig anseligt ansigt arrig arvelige avnerne aøgelsen bagerens bakke bakker bakket bandt begge "
    "bellige billigt bitter bolere bukken bytte byttet damme dammen dommer dybets fattes godhed hedde heller "
    "hytten lidelser lille lydighed";

inline constexpr std::string_view dutch_probe =
    "aarde ademend ademende aderige akelig algen apens aroom azuur baars bakken barse behagelijk belediging bette "
    "bewegelijke blaam bleek bloot braak breed broos czaar draad draag droog droop eraan etten feeën floor graat "
    "green gudde idool kraal onenigheid openbaar openbare openheid opening openingen openings openlijk overigen "
    "sfeer speel zweem";

inline constexpr std::string_view finnish_probe =
    "aagot aamen aamua aaria aarin aarne abien acren aguri agusta ahaan ahdasta ahmat ahneet ahoja aholla aholle "
    "ahoon ahoselle ahtaa ahteen aitta ajassa ajojen akille alesi alina alissa alista alpit altti ankalla ansaan "
    "arilla arjeksi arjessa arjesta arjet arvella ayriä cityä edetä edistä eftassa ehjän ehjät ehjää eriin";

inline constexpr std::string_view french_probe =
    "abusa abuse abusé acier actes adorable adoration adorations agilité ahuri aiderez aides aidez aidiez "
    "aidèrent aidée aidés aimât allusion amoureuse amère arabique beaux belle biais bonne cenis cette copie "
    "copies damas deniers dirai dudit durement fierai finir finirent liant lisière liées opinions riaient riait "
    "riante riants tuera tuerait";

inline constexpr std::string_view german_probe =
    "aasen abendlichen abhebenden abirrung abirrungen ablesend achte acker ackers adams albern altem altes "
    "angehende anhaltender anjene anmutig anmutige anmutigen anmutiger anmutiges arabische atmens bayerischer "
    "behagliches behaglichkeit besät bewegliche darfst derbsten dienste edlere edleren edleres ehrest eigenen "
    "eigener eigenes ewigkeit ewiglich führt geradheit ironisch ironischen neueste neuesten offenheit uneinigkeit";

inline constexpr std::string_view greek_probe =
    "αβαθή αββάσ αβγού αβγών αβιζό αγίασ αγίεσ αγίου αγίων αγαθά αγνέσ αγνήσ αγνόσ αγροί αδένα αηδία ακούν ακούσ "
    "αλμάτων ανθεί αξιών αρνιά γένοσ δικού δικών εθισμού εθισμό εθισμόσ ελαία εμείσ ενικό ενότητα ενότητασ επικά "
    "ζήσει ζούσαν ζούσε ζώντασ ηγήθηκε κείται κριού ξένεσ ξένοι ξένων οπόταν τρένο ψηθεί ωλένη";

inline constexpr std::string_view hindi_probe =
    "अंकों अंजना अंजनी अंजलि अंजली अंतरा अंधता अकेले अगुआई अढ़ाई अणुओं अधातु अनछुए अनेको अन्नू अपनाए अपनें अमाया "
    "अम्मई अहाते आँकने आईएलओ आगरकर आजाता आठवाँ आठवां आठवीं आपाती आयेगा आयेगी आशाएं आशाओं इमरती इसलिए उगलते उगाकर "
    "उगाना उगाने उपजाऊ ऋषियों ओड़िआ कणाद् कासाइ घटनाओ देंगे देयताओं मियाँ मियां";

inline constexpr std::string_view hungarian_probe =
    "abból achát adata adeni adhat adjak adjam adjon adjuk adják adnak adnom adnék adott adtuk adunk aggok agrai "
    "agyban agyra agyában ahaja antik anyával arcba baszk behoz belet belünk betét billen borssal botot keble "
    "kelek kenek kereket kezem kezének kezére kezével kezük kiben kivan lesre okokat okának okára";

inline constexpr std::string_view indonesian_probe =
    "aalah abadi abuan acakan acuannya adakah airku ajakannya bebera beberaa begerak bekerja bekerjanya "
    "bekerjasama belajar belajarnya belerang beneran beperan bepergian berabad berabdikasi beracara berapa "
    "demikianlah diagnosa diagnosis digitalisasi direksi disain diskriminasi diskualifikasi diskusikan distilasi "
    "distribusi distribusikan doakanlah doamu esainya ianya iapun ibunyalah isitilah kesatriaan sekalipun suamiku "
    "suamimu tujuanku";

inline constexpr std::string_view irish_probe =
    "abaracht acadh acaíocht aclaíochta adaimh adamh agabh agaibh again agimeacht alltarach altar amadach "
    "amaideachta anacaire anridire anáil ardaímid arfaidh atasóirí ateamh beimid bh bha bhan bhara bhe bhean "
    "bhear bhé cífidh damaineach dornáilíocht eacnóidigh eóideacha guímid iasacairí ideadh ilimh iliteach ilíocht "
    "imefachta imleabh innibh iníochta iodáileach istear luaimid";

inline constexpr std::string_view italian_probe =
    "abano abate abati abilità abita abitante abitazione abitazioni acciò agiata agiati agiato altamente america "
    "amiche aouita apuano audio baciare baciata badando badar badare badasse badate badava balere balia balie "
    "banchi bevono bontà cadeva cadevano cagiva calarlo capire capiti capito cavarsi cedendo citavano citiamo "
    "coniato durerà eretico pagamento umilmente";

inline constexpr std::string_view lithuanian_probe =
    "abato abatu abatė abejų abitą actas adata aibes aibių aibės aidai ainis aisiais akiai aktui aktus algos "
    "alibi alkio amore anglį angys ančių apėjo ardyti asais augdamas auginti augti augęs baigę buria datuoti "
    "epuose erius eroje esama esamas esant galiu giliuose imdavo odomis olose orams osios upėje upėmis";

inline constexpr std::string_view nepali_probe =
    "अंगले आउछन् आउछस् आउछिन् आउछेस् आउछ्यौ आउथिइस् आउथिन् आउथिस् आउथ्यो आउथ्यौ आउनुभयो आउनुहुनेछ आउनुहुन्छ आउनेछ "
    "आउलान् उचाइमा उठ्नेहरु ओढ्ने खन्दैथिए खानुहोस् खुल्छ खोसिएको खोसियो गन्दा गर्दै गर्नु गर्यो चट्का चढ्दो "
    "चालेको छकिन्छ डस्थी दिनुपर्नेछ दिनुपर्यो दिनेछन् दिनेछु धुदैथ्यो धुदैहुनेछ पढ्छौ पढ्थे पम्पलाई पाउदी मजाको "
    "रुदैछन् रुदैथियो रुनुपर्छ सझिएका";

inline constexpr std::string_view norwegian_probe =
    "agder agnar aksje aksjelova aktes alders almen almene alvenes ammas andra annens annet antakelsene anvende "
    "arvede arveloven aukande aukast avledes avslege bandt billeg billig boets bolig borettsloven daglige deleige "
    "endeleg endelege endelig endelige følelser helhet hendte ivrige kjøpslova lagets ledelse ledelsen likheter "
    "medeigar mulighet muligheten rimelighet tomheten typane";

inline constexpr std::string_view portuguese_probe =
    "aacho abade abata acari acuada acusação acusações adair adiando adiar adiou afiados afinidade aforismo agiam "
    "aires ajudante ajudá alberico aleida aliadas aliado aliaram altamente america américas analista anuais "
    "apáticos areia areias arias atuava atuavam autos balido baniu batem batendo bater bateu batiam batidos "
    "bebidas botei calça digamos duraria";

inline constexpr std::string_view romanian_probe =
    "abate abatere abilitate abilitatea abilă aburi aburit abuza abuzez aceea actul acuzat adorate adorată "
    "aducerea aducând adunare adunarea adunau agonia aleile alipesc alipire animează anului anumite anumită "
    "aromeşte asigură atavică aurie auzim auziţi aveaţi banii barem bazele bujiile bulelor burgeze creăm "
    "domnească dormind eroilor erotice eteric liniei omenirea";

inline constexpr std::string_view russian_probe =
    "акции акций алеко алела алене алену алеши аллах аллее аллея альмы амаль аркой аркою ахали ахают басом башен "
    "бегал бегаю бегая бежим бежит белое белую белые белый белым белых берем бился бобов божие божия боялся "
    "бояться будил бурей доить ехала ехать иного охает очами поила таился убили удается";

inline constexpr std::string_view serbian_probe =
    "admirala admirali afera afere aferi agilan bacajući bacio badem bahat bahate bahati bajku bajnih bajnim "
    "bajnog bebama bebom beremo bereš birano cenjen cenjena citiraju citiran citirao citirati dahiju ekran epskoj "
    "eskima falilo genije geniji geniju gledah gornjem gošću idila idile idili jasnijeg jasnijih jasnijim jurnem "
    "linija ludost vezujući";

inline constexpr std::string_view spanish_probe =
    "aarón abaco abeba abocó acabe acusaciones acusación acusador adelante afear afeen afinidad aforismo aguas "
    "aires albán aliada aliadas aliado aliados aliaron aliarse altamente amatista amatistas autos bahía bajan "
    "bajando bajará basaba basamos basarán batieron batir beber bebidas bebió besara cabida cedido cesaría "
    "curaban dejarlo diciendo eminencia gemidos oralmente";

inline constexpr std::string_view swedish_probe =
    "aaele addra adelig adlades adler adlig adliga adligt aggande agnar agnes akrarna aktad aktade aktas aktat "
    "akten altare andliga andligen andligt annor arets armarne artighet asikt bagaren bakelser befinna bilens "
    "byggd byggda byggde byxorna dagern damerna dighet dyraste enslighet godheten hotelse iaktta lidandet "
    "lidelsen livligaste otukten punkter rackte";

inline constexpr std::string_view tamil_probe =
    "ஃகால் ஃகில் ஃகெக் ஃகோப் ஃபகத் ஃபஸல் ஃபாட் ஃபாம் ஃபின் ஃபியா ஃபிரா ஃபிரே ஃபிரை அகணிய அகத்து அகமது அகரமாக "
    "அகலங்கள் அகலமாகும் அகலமான அகும் அசந்த அசலான அசைச் அசையாக அசையை அசைவை அடக்கு அடவின் அட்டை அதற்கு அன்னை அளவர் "
    "அவகள் ஆனிங் ஒத்தை ஔியின் களின் களில் களும் கானர் குக்கு கைகளை கையில் கையும் திருந்து த்தின் த்தில்";

inline constexpr std::string_view turkish_probe =
    "aaron abide abisi ablam abnin acele adada adalı adaya adayı adeta adini adlar adları adlarına adlarını ahusu "
    "ajite akkın akova alara aliye aliyi alkim altan andan anlarda anların atağı aylarının ağını basını beden "
    "bekle benin besini canın cilerin diler eklerini eklerinin elerine emeği emeğini erken erlere ileri isine";

inline constexpr std::string_view yiddish_probe =
    "אדמען אומות אומעט אונטן אונטער אורטל אוריס אורנע איבלען איבנדיק איבנדיקן איבנדיקס איבנדיקע איבנדיקער איבסט "
    "איבסטו איבער איטלעך אינדן איציק איציקן איציקס איריקע איריקער אירצט אמתדיק אמתדיקן אמתדיקס אמתדיקע אמתדיקער "
    "אנשים אױבנס אײגעלע אײגעלעך אײנערס בודעס בולטס בולטע בורענדיק בורענדיקן בורענדיקס בורענדיקע בורענדיקער בחינם "
    "בעמיש בעמישן בעמישעס בעמישער";

} // namespace mkdb::text::detail
