using System.Numerics;
using Colonnade.Mannequin.Body;

namespace Colonnade.Mannequin.Poses;

// Lying figures and figures in motion.
internal static partial class Library
{
    private static IReadOnlyList<Stance> Lying =>
    [
        new()
        {
            Name = "lying_back", Group = "lying", Words = ["lying", "lying on back", "supine", "sleeping", "lie down"], Support = Support.Floor,
            Pelvis = new(-90), Waist = new(2), Chest = new(2, 0, 3), Neck = new(6), Head = new(2, 0, 14), Left = Raise(34, 82, 22, pronation: -20), Right = Raise(24, 84, 40, pronation: 10),
            LeftLeg = Lift(4, 40, 5, twist: 18, ankle: 30), RightLeg = Lift(22, 20, 44, twist: 22, ankle: 20), Views = [50, 66, -55, 70], Eye = 175,
        },
        new()
        {
            Name = "lying_front", Group = "lying", Words = ["lying on front", "prone", "face down", "lying on stomach"], Support = Support.Floor,
            Pelvis = new(90), Waist = new(-6), Chest = new(-8), Neck = new(-14), Head = new(-8, 0, 30), Left = Raise(112, 70, 92, twist: 40, pronation: 20), Right = Raise(112, 70, 92, twist: 40, pronation: 20),
            LeftLeg = Lift(6, 120, 6, ankle: 50), RightLeg = Lift(4, 120, 8, ankle: 50), Vary = 0.6f, Views = [52, 66, -58, -120], Eye = 175,
        },
        new()
        {
            Name = "lying_side", Group = "lying", Words = ["lying on side", "lying on her side", "lying on his side", "on her side", "on his side", "side lying", "fetal", "curled up"], Support = Support.Floor,
            Pelvis = new(0, -88, 0), Waist = new(16, 4), Chest = new(14, 8), Neck = new(8, -8), Head = new(8, -8), Left = Raise(64, 14, 78), Right = Raise(84, 20, 84),
            LeftLeg = Lift(62, 2, 82, twist: -6, ankle: 30), RightLeg = Lift(48, 0, 70, twist: 0, ankle: 30), Vary = 0.4f, Views = [35, 50, -40, 140], Eye = 150,
        },
        new()
        {
            Name = "reclining", Group = "reclining", Words = ["recline", "reclining", "odalisque", "venus", "lounging"], Support = Support.Floor,
            Pelvis = new(-8, -68, 10), Waist = new(4, 22, 6), Chest = new(2, 20, 8), Neck = new(2, 14), Head = new(4, 10, 8),
            Right = new() { To = new(62, 5, 22), ElbowTo = new(0.4f, -0.8f, -0.5f), Palm = -Vector3.UnitY, Fingers = new(0.3f, 0, 1), Grip = Grip.Flat }, Left = Touch(Joint.LeftHip, new(3.5f, -12, 4), new(0.6f, 0.4f, -0.6f), new(-0.1f, -0.9f, 0.2f), new(-1, 0, -0.2f)),
            LeftLeg = Lift(38, 8, 62, twist: -4, ankle: 32), RightLeg = Lift(22, 10, 26, twist: 10, ankle: 32), Vary = 0.4f, Views = [0, 18, -22], Eye = 120,
        },
        new()
        {
            Name = "reclining_back", Group = "reclining", Words = ["leaning on elbows", "on elbows", "sunbathing"], Support = Support.Floor,
            Pelvis = new(-62), Waist = new(8), Chest = new(4, 0, 4), Neck = new(12), Head = new(12, 0, 14), Left = Raise(30, 165, 80, pronation: 40), Right = Raise(30, 165, 80, pronation: 40),
            LeftLeg = Stand(12, 56, yaw: 6), RightLeg = Lift(74, 8, 4, ankle: 30), Vary = 0.5f, Views = [45, 65, -50, 80], Eye = 115,
        },
        new()
        {
            Name = "fallen", Group = "lying", Words = ["fallen", "dying", "wounded", "dying gaul", "collapsed"], Support = Support.Floor,
            Pelvis = new(-10, -36, 12), Waist = new(14, -4, -4), Chest = new(16, -8, -10), Neck = new(16, -6), Head = new(16, -6, -6),
            Right = OnFloor(44, -2, new(0.5f, 0, -1), 70), Left = Touch(Joint.LeftHip, new(0, -26, 8), new(1, -0.3f, -0.3f), new(-0.4f, -0.6f, 0.3f), new(-0.1f, -0.4f, -0.8f)), LeftLeg = Stand(16, 46, yaw: 12), RightLeg = Lift(78, 40, 62, twist: 34, ankle: 30),
            Vary = 0.4f, Views = [10, 30, -20], Eye = 120,
        },
    ];

    private static IReadOnlyList<Stance> Moving =>
    [
        new()
        {
            Name = "walking", Group = "walking", Words = ["walk", "walking", "stroll"], Support = Support.Stride, Shift = new(-1, 2),
            Pelvis = new(3, 3, -7), Waist = new(1, -2, 6), Chest = new(1, -2, 9), Head = new(1, 0, -3), Left = Raise(24, 175, 14), Right = Raise(28, 4, 28),
            LeftLeg = Stand(7, 32, yaw: 7), RightLeg = Stand(7, -30, yaw: 9, heel: 34), Straight = 0.985f, Views = [30, 50, 70, -40, 90],
        },
        new()
        {
            Name = "striding", Group = "walking", Words = ["stride", "striding", "marching", "march"], Support = Support.Stride, Shift = new(-1, 3),
            Pelvis = new(6, 3, -10), Waist = new(2, -2, 8), Chest = new(3, -2, 12), Neck = new(-2), Head = new(-2), Left = Raise(36, 178, 40, grip: Grip.Fist), Right = Raise(44, 0, 62, grip: Grip.Fist),
            LeftLeg = Stand(7, 46, yaw: 6), RightLeg = Stand(7, -42, yaw: 9, heel: 46), Straight = 0.985f, Views = [35, 60, 80, -45],
        },
        new()
        {
            Name = "climbing", Group = "action", Words = ["climb", "climbing", "stairs", "step up", "stepping up"],
            Pelvis = new(16, 0, -6), Waist = new(4, 0, 4), Chest = new(4, 0, 8), Neck = new(-12), Head = new(-12), Left = Raise(44, 170, 40), Right = Raise(138, 20, 30, grip: Grip.Open),
            LeftLeg = Stand(9, 26, yaw: 6, height: 38), RightLeg = Stand(8, -6, yaw: 8, heel: 30), Straight = 0.99f, Weight = 0.35f, Views = [60, 80, -60],
        },
        new()
        {
            Name = "running", Group = "running", Words = ["run", "running", "jogging"], Support = Support.Air, Shift = new(1, 0),
            Pelvis = new(10, 2, -10), Waist = new(2, -2, 9), Chest = new(4, -2, 14), Neck = new(-6), Head = new(-4), Left = Raise(46, 178, 92, pronation: 10, grip: Grip.Fist), Right = Raise(46, 0, 96, pronation: 10, grip: Grip.Fist),
            LeftLeg = Lift(58, 2, 74, twist: 2, ankle: 4), RightLeg = Lift(26, 178, 42, twist: 2, ankle: 40), Views = [50, 75, 90, -60],
        },
        new()
        {
            Name = "sprinting", Group = "running", Words = ["sprint", "sprinting", "racing"], Support = Support.Stride, Shift = new(0, 34),
            Pelvis = new(20, 2, -10), Waist = new(6, -2, 9), Chest = new(6, -2, 14), Neck = new(-14), Head = new(-8), Left = Raise(66, 178, 84, pronation: 10, grip: Grip.Flat), Right = Raise(62, 0, 82, pronation: 10, grip: Grip.Flat),
            LeftLeg = Lift(88, 2, 96, twist: 2, ankle: 4), RightLeg = Stand(4, -22, yaw: 4, heel: 46), Straight = 0.99f, Views = [55, 75, 90, -65],
        },
        new()
        {
            Name = "jumping", Group = "jumping", Words = ["jump", "jumping", "airborne"], Support = Support.Air, Shift = new(30, 0),
            Pelvis = new(6), Waist = new(-6), Chest = new(-8), Neck = new(-8), Head = new(-8), Left = Raise(148, 50, 22, grip: Grip.Open), Right = Raise(136, 60, 34, grip: Grip.Open),
            LeftLeg = Lift(38, 12, 78, ankle: 45), RightLeg = Lift(14, 10, 96, ankle: 45), Views = [30, 55, -40, 75], Eye = 85,
        },
        new()
        {
            Name = "star_jump", Group = "jumping", Words = ["star jump", "jumping jack", "jumping jacks"], Support = Support.Air, Shift = new(34, 0),
            Chest = new(-5), Neck = new(-4), Head = new(-4), Left = Raise(132, 86, 8, grip: Grip.Open), Right = Raise(132, 86, 8, grip: Grip.Open), LeftLeg = Lift(36, 88, 8, ankle: 40), RightLeg = Lift(36, 88, 8, ankle: 40), Vary = 0.7f, Views = [0, 15, -20], Eye = 80,
        },
        new()
        {
            Name = "leaping", Group = "jumping", Words = ["leap", "leaping", "bounding"], Support = Support.Air, Shift = new(36, 0),
            Pelvis = new(10, 0, -6), Waist = new(-4, 0, 4), Chest = new(-6, 0, 6), Neck = new(-8), Head = new(-4), Left = Raise(96, 150, 14, grip: Grip.Open), Right = Raise(118, 20, 12, grip: Grip.Open),
            LeftLeg = Lift(84, 6, 22, ankle: 40), RightLeg = Lift(34, 176, 40, ankle: 48), Views = [65, 85, -70], Eye = 85,
        },
        new()
        {
            Name = "falling", Group = "jumping", Words = ["fall", "falling", "flying", "floating", "diving"], Support = Support.Air, Shift = new(40, 0),
            Pelvis = new(52, 12, 10), Waist = new(-10, 4), Chest = new(-16, 4, -8), Neck = new(-18), Head = new(-14), Left = Raise(128, 70, 34, grip: Grip.Open), Right = Raise(84, 96, 52, grip: Grip.Open),
            LeftLeg = Lift(22, 150, 62, ankle: 48), RightLeg = Lift(30, 40, 58, ankle: 48), Views = [30, 60, -40], Eye = 70,
        },
        new()
        {
            Name = "throwing", Group = "action", Words = ["throw", "throwing", "javelin", "pitching", "discus"], Support = Support.Stride, Shift = new(2, -8),
            Pelvis = new(-6, 8, 26), Waist = new(-6, 6, 14), Chest = new(-10, 6, 20), Neck = new(0, -4, -26), Head = new(4, 0, -26), Left = Raise(96, 170, 84, twist: 30, grip: Grip.Holding), Right = Raise(84, 10, 18, grip: Grip.Open),
            LeftLeg = Stand(10, -34, yaw: 44, heel: 8), RightLeg = Stand(9, 40, yaw: 2), Straight = 0.965f, Views = [-50, -70, -20, 70],
        },
        new()
        {
            Name = "pushing", Group = "action", Words = ["push", "pushing", "shoving"], Support = Support.Stride, Shift = new(0, 10),
            Pelvis = new(36), Waist = new(6), Chest = new(2), Neck = new(-4), Head = new(2), Left = Raise(112, 8, 24, pronation: 50, grip: Grip.Flat, wrist: -30), Right = Raise(110, 8, 28, pronation: 50, grip: Grip.Flat, wrist: -30),
            LeftLeg = Stand(10, 22, yaw: 6), RightLeg = Stand(10, -62, yaw: 8, heel: 44), Straight = 0.99f, Views = [60, 80, -65],
        },
        new()
        {
            Name = "pulling", Group = "action", Words = ["pull", "pulling", "tug", "rope", "hauling"], Support = Support.Stride, Shift = new(0, -24),
            Pelvis = new(-14, 0, -10), Waist = new(6), Chest = new(6, 0, -12), Neck = new(4), Head = new(4, 0, 10), Left = Raise(66, 14, 26, grip: Grip.Holding), Right = Raise(56, 20, 74, grip: Grip.Holding),
            LeftLeg = Stand(11, 34, yaw: 8), RightLeg = Stand(13, -34, yaw: 30), Straight = 0.95f, Views = [60, 80, -65],
        },
    ];

    private static IReadOnlyList<Stance> Fighting =>
    [
        new()
        {
            Name = "fighting_stance", Group = "fighting", Words = ["fight", "fighting", "boxing", "boxer", "guard", "martial arts"],
            Pelvis = new(8, 0, -34), Waist = new(6, 0, -4), Chest = new(10, 0, -6), Neck = new(2, 0, 16), Head = new(4, 0, 18), Left = Raise(58, 30, 100, pronation: 10, grip: Grip.Fist), Right = Raise(36, 62, 124, pronation: 10, grip: Grip.Fist),
            LeftLeg = Stand(11, 24, yaw: -14), RightLeg = Stand(13, -20, yaw: 52, heel: 18), Straight = 0.955f, Views = [10, 35, -25, 60],
        },
        new()
        {
            Name = "punching", Group = "fighting", Words = ["punch", "punching", "jab"], Support = Support.Stride, Shift = new(2, 6),
            Pelvis = new(10, 0, 24), Waist = new(6, 0, 14), Chest = new(6, 0, 22), Neck = new(-4, 0, -22), Head = new(0, 0, -26), Right = Raise(92, 44, 8, pronation: 70, grip: Grip.Fist, wrist: 0), Left = Raise(34, 20, 128, pronation: 10, grip: Grip.Fist),
            LeftLeg = Stand(12, 32, yaw: 6), RightLeg = Stand(12, -32, yaw: 8, heel: 38), Straight = 0.965f, Views = [-40, -60, 50, 20],
        },
        new()
        {
            Name = "kicking", Group = "fighting", Words = ["kick", "kicking", "high kick", "karate"],
            Pelvis = new(-16, 24, 30), Waist = new(4, -4), Chest = new(10, -8, -10), Neck = new(6, -6, -14), Head = new(2, -4, -14), Left = Raise(40, 60, 100, grip: Grip.Fist), Right = Raise(46, 120, 50, grip: Grip.Fist),
            LeftLeg = Stand(2, 0, yaw: 60), RightLeg = Lift(98, 30, 10, twist: 6, ankle: 26), Weight = 1, Straight = 0.985f, Views = [-30, -60, 30],
        },
        new()
        {
            Name = "lunging", Group = "fighting", Words = ["lunge", "lunging", "fencing", "fencer", "warrior"],
            Pelvis = new(4, 0, -20), Waist = new(0, 0, -4), Chest = new(-2, 0, -6), Neck = new(0, 0, 16), Head = new(0, 0, 18), Left = Raise(90, 20, 6, pronation: -20, grip: Grip.Holding), Right = Raise(92, 130, 62, grip: Grip.Relaxed),
            LeftLeg = Stand(6, 52, yaw: 2), RightLeg = Stand(10, -46, yaw: 70), Straight = 0.995f, Weight = 0.56f, Views = [40, 65, 80, -40], Eye = 105,
        },
        new()
        {
            Name = "sword_raised", Group = "fighting", Words = ["sword", "swordsman", "samurai", "striking", "axe"], Support = Support.Stride, Shift = new(0, 0),
            Pelvis = new(2, 0, 10), Waist = new(-4, 0, 6), Chest = new(-10, 0, 12), Neck = new(4, 0, -14), Head = new(4, 0, -12),
            Left = Touch(Joint.Head, new(2, 20, 8), new(1, 0.2f, 0.4f), grip: Grip.Holding), Right = Touch(Joint.Head, new(6, 26, 4), new(1, 0.2f, 0.4f), grip: Grip.Holding),
            LeftLeg = Stand(12, 28, yaw: 8), RightLeg = Stand(13, -28, yaw: 34), Straight = 0.965f, Vary = 0.5f, Views = [-20, 20, -45, 50],
        },
        new()
        {
            Name = "archer", Group = "fighting", Words = ["archer", "archery", "bow and arrow", "shooting"],
            Pelvis = new(0, 0, -70), Waist = new(0, 2, -6), Chest = new(-4, 2, -10), Neck = new(0, 0, 34), Head = new(0, 0, 38), Left = Raise(90, 84, 4, pronation: 0, grip: Grip.Fist, wrist: 0), Right = Raise(88, 70, 138, twist: 4, pronation: 40, grip: Grip.Holding),
            LeftLeg = Stand(4, 20, yaw: -58), RightLeg = Stand(4, -20, yaw: 90), Vary = 0.5f, Views = [0, -30, 20, 45],
        },
        new()
        {
            Name = "defending", Group = "fighting", Words = ["defend", "defending", "shielding", "block", "cowering", "fear"],
            Pelvis = new(-4, 6, 16), Waist = new(10, 4, 6), Chest = new(8, 6, 10), Neck = new(10, 4), Head = new(8, 6, 16), Left = Raise(92, 20, 78, grip: Grip.Open, wrist: -20), Right = Raise(118, 24, 70, grip: Grip.Open, wrist: -20),
            LeftLeg = Stand(13, 12, yaw: 20), RightLeg = Stand(13, -22, yaw: 26), Straight = 0.93f, Weight = 0.35f, Views = [20, 40, -25],
        },
    ];

    private static IReadOnlyList<Stance> Dancing =>
    [
        new()
        {
            Name = "dancing", Group = "dancing", Words = ["dance", "dancing", "dancer"],
            Pelvis = new(0, 12, 12), Waist = new(-4, -10, -8), Chest = new(-6, -12, -12), Neck = new(-4, -6), Head = new(-8, -8, 18), Left = Raise(148, 70, 44, grip: Grip.Relaxed), Right = Raise(70, 100, 30, grip: Grip.Relaxed),
            LeftLeg = Stand(20, 8, yaw: 40, heel: 44), RightLeg = Stand(2, -2, yaw: 16), Weight = 0.08f, Straight = 0.985f, Views = [0, 25, -25, 150],
        },
        new()
        {
            Name = "arabesque", Group = "dancing", Words = ["arabesque", "ballet", "ballerina"],
            Pelvis = new(42, 0, 4), Waist = new(-22), Chest = new(-20, 0, -2), Neck = new(-12), Head = new(-6), Left = Raise(104, 92, 8, pronation: 50), Right = Raise(118, 6, 8, pronation: 50),
            LeftLeg = Stand(1, 0, yaw: 14), RightLeg = Lift(37, 172, 6, twist: 20, ankle: 60), Weight = 1, Straight = 0.998f, Vary = 0.4f, Views = [75, 90, -80, 60],
        },
        new()
        {
            Name = "pirouette", Group = "dancing", Words = ["pirouette", "attitude", "spin", "spinning", "turning"],
            Pelvis = new(0, -4, 0), Waist = new(-2, 2), Chest = new(-3, 2), Head = new(0, 0, 20), Left = Raise(140, 50, 44, twist: -20), Right = Raise(66, 30, 52, twist: -30),
            LeftLeg = Stand(1, 0, yaw: 18, heel: 50), RightLeg = Lift(56, 62, 112, twist: 32, ankle: 58), Weight = 1, Straight = 0.998f, Vary = 0.4f, Views = [0, 25, -25],
        },
        new()
        {
            Name = "plie", Group = "dancing", Words = ["plie", "plié", "second position"],
            Chest = new(-3), Head = new(-2, 0, 10), Left = Raise(84, 78, 22, pronation: 20), Right = Raise(84, 78, 22, pronation: 20), LeftLeg = Stand(38, 0, yaw: 52), RightLeg = Stand(38, 0, yaw: 52), Straight = 0.80f, Vary = 0.5f, Views = [0, 20, -20], Eye = 110,
        },
        new()
        {
            Name = "grand_jete", Group = "dancing", Words = ["grand jete", "grand jeté", "split leap", "split"], Support = Support.Air, Shift = new(46, 0),
            Pelvis = new(8, 0, 0), Waist = new(-8), Chest = new(-12), Neck = new(-6), Head = new(-4), Left = Raise(104, 110, 10, pronation: 40), Right = Raise(134, 24, 12, pronation: 40),
            LeftLeg = Lift(84, 4, 4, ankle: 58), RightLeg = Lift(37, 177, 22, ankle: 60), Vary = 0.5f, Views = [80, 90, -85], Eye = 90,
        },
        new()
        {
            Name = "flamenco", Group = "dancing", Words = ["flamenco", "tango", "salsa", "latin"],
            Pelvis = new(-2, -10, 14), Waist = new(-10, 8, 8), Chest = new(-12, 10, 10), Neck = new(4, 0, -14), Head = new(8, 4, -24), Left = Raise(164, 60, 40, twist: 20), Right = Touch(Joint.Pelvis, new(21, 10, -2), new(1, 0, -0.6f), new(-0.4f, -0.4f, 0.8f), new(-0.9f, 0.1f, -0.35f)),
            LeftLeg = Stand(4, -2, yaw: 20), RightLeg = Stand(10, 14, yaw: 30, heel: 40), Weight = 0.9f, Straight = 0.99f, Views = [10, -25, 40],
        },
    ];

    private static IReadOnlyList<Stance> Foreshortened =>
    [
        new()
        {
            Name = "reaching_to_viewer", Group = "foreshortened", Words = ["foreshortened", "foreshortening", "reaching", "reaching out", "reach"], Support = Support.Stride, Shift = new(0, 8),
            Pelvis = new(18, 0, 14), Waist = new(10, 0, 6), Chest = new(10, 0, 12), Neck = new(-12, 0, -10), Head = new(-10, 0, -12), Right = Raise(100, 24, 10, pronation: 40, grip: Grip.Open, wrist: -14), Left = Raise(34, 165, 36),
            LeftLeg = Stand(12, -30, yaw: 24, heel: 10), RightLeg = Stand(12, 26, yaw: 4), Straight = 0.965f, Views = [-6, 4, -14], Eye = 130, Lens = 26,
        },
        new()
        {
            Name = "lying_foreshortened", Group = "foreshortened", Words = ["feet first", "mantegna", "lying foreshortened"], Support = Support.Floor,
            Pelvis = new(-86), Waist = new(6), Chest = new(4), Neck = new(16), Head = new(8, 0, 8), Left = Raise(30, 80, 24), Right = Raise(36, 80, 34), LeftLeg = Lift(5, 60, 4, twist: 20, ankle: 22), RightLeg = Lift(6, 60, 6, twist: 22, ankle: 22),
            Vary = 0.7f, Views = [-4, 8, -12], Eye = 78, Lens = 28,
        },
        new()
        {
            Name = "seen_from_above", Group = "foreshortened", Words = ["from above", "bird's eye", "looking up", "overhead"],
            Pelvis = new(0, 4, 6), Waist = new(-4, -4), Chest = new(-8, -4), Neck = new(-16), Head = new(-16, 0, 6), Left = Raise(120, 40, 40, grip: Grip.Open), Right = Hang(18, 80, 24), LeftLeg = Stand(12, 10), RightLeg = Stand(8, -4), Weight = 0.3f, Views = [5, 25, -25], Eye = 265, Lens = 30,
        },
        new()
        {
            Name = "seen_from_below", Group = "foreshortened", Words = ["from below", "worm's eye", "low angle", "heroic view"],
            Pelvis = new(-2, -4, 10), Chest = new(-4, 4, -12), Head = new(8, 0, -10), Left = Touch(Joint.Pelvis, new(20.5f, 10, -1), new(1, 0, -0.5f), new(-0.45f, -0.35f, 0.8f), new(-0.9f, 0.1f, -0.35f)), Right = Hang(16, 80, 20, Grip.Fist),
            LeftLeg = Stand(14, -2), RightLeg = Stand(16, 12, yaw: 20), Weight = 0.7f, Views = [10, 30, -25], Eye = 18, Lens = 26,
        },
    ];
}
