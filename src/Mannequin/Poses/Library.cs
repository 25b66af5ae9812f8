using System.Numerics;
using Colonnade.Mannequin.Body;

namespace Colonnade.Mannequin.Poses;

/// <summary>The named poses.</summary>
internal static partial class Library
{
    public static readonly IReadOnlyList<Stance> All = [.. Standing, .. Seated, .. Low, .. Lying, .. Moving, .. Fighting, .. Dancing, .. Foreshortened];

    public static readonly IReadOnlyDictionary<string, Stance> ByName = All.ToDictionary(stance => stance.Name, StringComparer.Ordinal);

    private static Leg Stand(float x, float z, float yaw = 12, float heel = 0, float height = 0, float kneeOut = 0) =>
        new() { Foot = new Vector2(x, z), Yaw = yaw, Heel = heel, Height = height, KneeOut = kneeOut };

    private static Leg Kneel(float x, float z, float yaw = 6, float tucked = 0) => new() { Kneels = new Vector2(x, z), Yaw = yaw, Tucked = tucked };

    private static Leg Lift(float lift, float around, float knee, float twist = 6, float ankle = 25) =>
        new() { Lift = lift, Around = around, Knee = knee, Twist = twist, Ankle = ankle };

    private static Arm Hang(float lift = 8, float around = 70, float elbow = 14, Grip grip = Grip.Relaxed) => new() { Lift = lift, Around = around, Elbow = elbow, Grip = grip };

    private static Arm Raise(float lift, float around, float elbow, float twist = 0, float pronation = 20, Grip grip = Grip.Relaxed, float wrist = 4) =>
        new() { Lift = lift, Around = around, Elbow = elbow, Twist = twist, Pronation = pronation, Grip = grip, Wrist = wrist };

    private static Arm Touch(Joint on, Vector3 to, Vector3 elbow, Vector3? fingers = null, Vector3? palm = null, Grip grip = Grip.Relaxed) =>
        new() { On = on, To = to, ElbowTo = elbow, Fingers = fingers, Palm = palm, Grip = grip };

    private static Arm OnFloor(float x, float z, Vector3 elbow, float yaw = 0) => new()
    {
        To = new Vector3(x, 3.4f, z),
        ElbowTo = elbow,
        Grip = Grip.Flat,
        Palm = -Vector3.UnitY,
        Fingers = new Vector3(MathF.Sin(yaw * MathF.PI / 180), -0.12f, MathF.Cos(yaw * MathF.PI / 180)),
    };

    private static IReadOnlyList<Stance> Standing =>
    [
        new()
        {
            Name = "standing", Group = "standing", Words = ["stand", "standing", "upright", "neutral"],
            Pelvis = new(0, 1.5f, 3), Chest = new(-1, -2, -3), Head = new(2, 0, 6), LeftLeg = Stand(11, 4), RightLeg = Stand(10, -1), Weight = 0.4f,
        },
        new()
        {
            Name = "contrapposto", Group = "standing", Words = ["contrapposto", "weight shift", "classical", "statue", "david"],
            Pelvis = new(2, 8, 9), Waist = new(0, -7, -4), Chest = new(-2, -8, -8), Neck = new(3, 4, 8), Head = new(3, 5, 16),
            Left = Raise(16, 35, 42, pronation: 35), Right = Hang(9, 95, 10), LeftLeg = Stand(13, 13, yaw: 28, heel: 12, kneeOut: 4), RightLeg = Stand(5, -2, yaw: 8), Weight = 0.08f, Straight = 0.997f,
        },
        new()
        {
            Name = "hands_on_hips", Group = "standing", Words = ["hands on hips", "akimbo", "heroic", "superhero"],
            Pelvis = new(-1, 2), Chest = new(-4, -2), Head = new(0, 0, 12),
            Left = Touch(Joint.Pelvis, new(21, 10.5f, -1), new(1, 0, -0.5f), new(-0.45f, -0.35f, 0.8f), new(-0.9f, 0.1f, -0.35f)),
            Right = Touch(Joint.Pelvis, new(21, 10.5f, -1), new(1, 0, -0.5f), new(-0.45f, -0.35f, 0.8f), new(-0.9f, 0.1f, -0.35f)),
            LeftLeg = Stand(19, 2, yaw: 18), RightLeg = Stand(18, -2, yaw: 16),
        },
        new()
        {
            Name = "hand_on_hip", Group = "standing", Words = ["hand on hip", "fashion", "model"],
            Pelvis = new(1, 9, -4), Waist = new(0, -6, 2), Chest = new(-3, -9, 4), Neck = new(0, 5), Head = new(0, 4, -14),
            Right = Touch(Joint.Pelvis, new(20.5f, 9, -2), new(1, 0, -0.6f), new(-0.4f, -0.4f, 0.8f), new(-0.9f, 0.1f, -0.35f)), Left = Hang(10, 60, 16),
            LeftLeg = Stand(10, 15, yaw: 22, heel: 6), RightLeg = Stand(4, -3, yaw: 10), Weight = 0.1f, Straight = 0.996f,
        },
        new()
        {
            Name = "arms_crossed", Group = "standing", Words = ["arms crossed", "crossed arms", "folded arms"],
            Pelvis = new(0, 4, -3), Chest = new(2, -4, 2), Head = new(2, 2, 8),
            Left = Touch(Joint.Chest, new(-6.5f, 7.5f, 17.5f), new(1, -0.7f, 0.25f), new(-1, 0.15f, -0.1f), new(0.1f, 0, -1)),
            Right = Touch(Joint.Chest, new(-5.5f, 4, 22.5f), new(1, -0.8f, 0.3f), new(-1, 0.35f, -0.35f), new(0, -0.2f, -1)),
            LeftLeg = Stand(14, 5, yaw: 18), RightLeg = Stand(8, -1, yaw: 10), Weight = 0.25f, Vary = 0.4f,
        },
        new()
        {
            Name = "arms_raised", Group = "standing", Words = ["arms raised", "arms up", "reaching up", "victory", "praise"],
            Pelvis = new(-3, 2), Waist = new(-4), Chest = new(-8), Neck = new(-10), Head = new(-12),
            Left = Raise(160, 70, 18, grip: Grip.Open), Right = Raise(152, 75, 24, grip: Grip.Open), LeftLeg = Stand(14, 6), RightLeg = Stand(11, -4), Weight = 0.45f,
        },
        new()
        {
            Name = "hands_behind_head", Group = "standing", Words = ["hands behind head", "arms behind head"],
            Pelvis = new(0, -8, 6), Waist = new(-2, 6), Chest = new(-5, 9, -6), Head = new(4, -5, -14),
            Left = Touch(Joint.Head, new(8, 8, -14), new(1, 0.3f, 0.1f)),
            Right = Touch(Joint.Head, new(8, 9.5f, -14), new(1, 0.35f, 0.15f)),
            LeftLeg = Stand(4, -2, yaw: 8), RightLeg = Stand(13, 12, yaw: 26, heel: 10), Weight = 0.92f, Straight = 0.997f, Vary = 0.5f,
        },
        new()
        {
            Name = "stretching", Group = "standing", Words = ["stretch", "stretching", "yawn", "side bend"],
            Pelvis = new(-2, -6), Waist = new(-4, 16), Chest = new(-5, 17, 6), Neck = new(0, 10), Head = new(-6, 8, 10),
            Left = Raise(128, 60, 95, twist: 20), Right = Raise(172, 80, 20, grip: Grip.Open), LeftLeg = Stand(12, 2), RightLeg = Stand(13, 0), Weight = 0.42f,
        },
        new()
        {
            Name = "twisting", Group = "standing", Words = ["twist", "twisting", "torsion", "looking back", "over shoulder"],
            Pelvis = new(0, -5, 14), Waist = new(2, 4, 18), Chest = new(-2, 5, 26), Neck = new(0, 3, 24), Head = new(2, 4, 26),
            Left = Raise(34, 150, 40), Right = Raise(40, -20, 60), LeftLeg = Stand(6, -3, yaw: 10), RightLeg = Stand(12, 14, yaw: 4, heel: 14), Weight = 0.8f, Views = [150, 165, 35, -20],
        },
        new()
        {
            Name = "thinking", Group = "standing", Words = ["thinking", "pensive", "hand on chin", "contemplating"],
            Pelvis = new(1, 6, 4), Waist = new(2, -4), Chest = new(4, -6, -3), Neck = new(8, 2), Head = new(10, -3, 6),
            Right = Touch(Joint.Head, new(3, -9, 10.5f), new(0.35f, -1, 0.4f), new(-0.2f, 1, -0.1f), new(-0.5f, 0.2f, -0.8f), Grip.Holding),
            Left = Touch(Joint.Chest, new(-7, 0.5f, 16.5f), new(1, -0.8f, 0.1f), new(-1, 0.2f, 0.05f), new(0, -0.1f, -1)),
            LeftLeg = Stand(12, 9, yaw: 22, heel: 4), RightLeg = Stand(5, -2), Weight = 0.12f, Vary = 0.4f,
        },
        new()
        {
            Name = "pointing", Group = "standing", Words = ["point", "pointing", "gesturing"],
            Pelvis = new(2, 3, -8), Chest = new(2, -3, -14), Neck = new(0, 0, 10), Head = new(0, 0, 16),
            Left = Raise(92, 18, 8, pronation: 60, grip: Grip.Pointing, wrist: 0), Right = Hang(14, 120, 30), LeftLeg = Stand(12, 18, yaw: 10), RightLeg = Stand(12, -14, yaw: 30), Weight = 0.6f,
        },
        new()
        {
            Name = "t_pose", Group = "standing", Words = ["t-pose", "t pose", "spread arms", "vitruvian"],
            Left = Raise(90, 88, 4, pronation: 70, grip: Grip.Flat), Right = Raise(90, 88, 4, pronation: 70, grip: Grip.Flat), LeftLeg = Stand(11, 0), RightLeg = Stand(11, 0), Vary = 0.25f, Views = [0, 20, -20],
        },
        new()
        {
            Name = "bowing", Group = "standing", Words = ["bow", "bowing", "bending forward", "bent over"],
            Pelvis = new(38), Waist = new(22), Chest = new(18), Neck = new(6), Head = new(12), Left = Raise(62, 12, 18), Right = Raise(58, 16, 22),
            LeftLeg = Stand(10, 1), RightLeg = Stand(10, -2), Straight = 0.988f, Views = [60, 80, -55, -90],
        },
        new()
        {
            Name = "touching_toes", Group = "standing", Words = ["touching toes", "toe touch", "forward fold"],
            Pelvis = new(78), Waist = new(34), Chest = new(26), Neck = new(8), Head = new(4),
            Left = new() { To = new(16, 14, 14), ElbowTo = new(1, 0.4f, -0.4f) }, Right = new() { To = new(15, 12, 16), ElbowTo = new(1, 0.4f, -0.4f) },
            LeftLeg = Stand(10, 0), RightLeg = Stand(9, -1), Straight = 0.985f, Views = [70, 90, -65], Eye = 95,
        },
        new()
        {
            Name = "carrying", Group = "standing", Words = ["carry", "carrying", "burden", "lifting weight"],
            Pelvis = new(8, 3), Waist = new(-4), Chest = new(-10), Neck = new(12), Head = new(4),
            Left = Raise(118, 50, 112, twist: 10, pronation: 70, grip: Grip.Open), Right = Raise(112, 55, 118, twist: 10, pronation: 70, grip: Grip.Open), LeftLeg = Stand(12, 14, yaw: 14), RightLeg = Stand(12, -12, yaw: 22), Weight = 0.55f, Straight = 0.975f,
        },
        new()
        {
            Name = "tree", Group = "standing", Words = ["yoga", "tree pose", "balance", "balancing"],
            Pelvis = new(0, -4), Waist = new(0, 3), Chest = new(-2, 1), Left = Raise(150, 80, 52, twist: 8), Right = Raise(150, 80, 52, twist: 8),
            LeftLeg = Stand(1, 0, yaw: 6), RightLeg = Lift(62, 68, 128, twist: 34, ankle: 30), Weight = 1, Vary = 0.4f, Straight = 0.998f, Views = [0, 20, -20, -40],
        },
    ];

    private static IReadOnlyList<Stance> Seated =>
    [
        new()
        {
            Name = "sitting", Group = "sitting", Words = ["sit", "sitting", "seated", "chair", "stool"], Support = Support.Seat, Shift = new(46, 0),
            Pelvis = new(-8, 0, 4), Waist = new(10, 2), Chest = new(8, -2, -4), Neck = new(-2), Head = new(0, 0, 8),
            Left = Touch(Joint.LeftKnee, new(0.5f, 5, 3), new(1, -0.6f, -0.4f), new(-0.15f, -0.75f, 0.6f), new(-0.1f, -0.6f, -0.8f)), Right = Touch(Joint.LeftKnee, new(0.5f, 8, 1), new(1, -0.6f, -0.4f), new(-0.1f, -0.7f, 0.7f), new(-0.1f, -0.6f, -0.8f)),
            LeftLeg = Stand(15, 46, yaw: 14), RightLeg = Stand(14, 40, yaw: 10), Views = [30, 45, -35, -55, 0],
        },
        new()
        {
            Name = "sitting_slouched", Group = "sitting", Words = ["slouch", "slouching", "tired", "sad", "dejected"], Support = Support.Seat, Shift = new(45, 0),
            Pelvis = new(-6, 0, 0), Waist = new(24), Chest = new(22, 0, 3), Neck = new(18), Head = new(16, 3),
            Left = Touch(Joint.LeftKnee, new(3, 6, 9), new(1, -0.2f, -0.5f), new(-0.5f, -0.6f, 0.6f)), Right = Touch(Joint.LeftKnee, new(3, 7, 9), new(1, -0.2f, -0.5f), new(-0.5f, -0.6f, 0.6f)),
            LeftLeg = Stand(18, 42, yaw: 20), RightLeg = Stand(17, 46, yaw: 18), Views = [35, 60, -40, -65],
        },
        new()
        {
            Name = "thinker", Group = "sitting", Words = ["thinker", "rodin", "chin on hand"], Support = Support.Seat, Shift = new(47, 0),
            Pelvis = new(8, 0, 4), Waist = new(22, 2, 4), Chest = new(20, 3, 8), Neck = new(12), Head = new(6, 3),
            Right = Touch(Joint.Head, new(-1.5f, -8.5f, 11), new(-0.3f, -1, 0.6f), new(0.1f, 0.75f, -0.5f), new(0.2f, 0.6f, -0.6f), Grip.Holding), Left = Touch(Joint.LeftKnee, new(0, 6, 4), new(1, -0.4f, -0.4f), new(-0.6f, -0.5f, 0.4f), new(-0.1f, -0.6f, -0.8f)),
            LeftLeg = Stand(15, 40, yaw: 12), RightLeg = Stand(11, 34, yaw: 8, heel: 14), Vary = 0.35f, Views = [40, 60, -45],
        },
        new()
        {
            Name = "legs_crossed", Group = "sitting", Words = ["legs crossed", "crossed legs", "elegant sitting"], Support = Support.Seat, Shift = new(47, 0),
            Pelvis = new(-6, 0, -5), Waist = new(6), Chest = new(2, 2, 8), Head = new(0, 3, 12),
            Left = Touch(Joint.LeftKnee, new(-1, 10, 5), new(1, -0.4f, -0.5f), new(-0.5f, -0.5f, 0.6f), new(-0.1f, -0.6f, -0.8f)), Right = new() { Lift = 22, Around = 165, Elbow = 6, Pronation = 60 },
            LeftLeg = Lift(88, -16, 78, twist: -4, ankle: 28), RightLeg = Stand(9, 44, yaw: 6), Vary = 0.5f, Views = [30, 45, 60, -30],
        },
        new()
        {
            Name = "sitting_floor", Group = "sitting", Words = ["sitting on floor", "sitting on the floor", "sitting on the ground", "leaning back"], Support = Support.Floor,
            Pelvis = new(-28, 0, 0), Waist = new(6, 0, 4), Chest = new(-4, 2, 6), Neck = new(4), Head = new(8, 0, 10),
            Left = OnFloor(28, -44, new(0.4f, 0.2f, -1), 150), Right = OnFloor(26, -42, new(0.4f, 0.2f, -1), 160),
            LeftLeg = Stand(13, 62, yaw: 8), RightLeg = new() { Lift = 96, Around = 6, Knee = 4, Ankle = 8 }, Views = [35, 55, -40, 75], Eye = 110,
        },
        new()
        {
            Name = "cross_legged", Group = "sitting", Words = ["cross-legged", "cross legged", "lotus", "meditation", "meditating"], Support = Support.Floor,
            Pelvis = new(-6), Waist = new(6), Chest = new(-2), Head = new(4),
            Left = Touch(Joint.LeftKnee, new(0, 7, 6), new(1, -0.5f, -0.4f), new(0.1f, -0.6f, 0.6f), new(0, -0.6f, -0.8f)), Right = Touch(Joint.LeftKnee, new(0, 7, 6), new(1, -0.5f, -0.4f), new(0.1f, -0.6f, 0.6f), new(0, -0.6f, -0.8f)),
            LeftLeg = Lift(84, 56, 132, twist: 80, ankle: 24), RightLeg = Lift(82, 52, 142, twist: 86, ankle: 24), Vary = 0.4f, Views = [0, 20, -25, 40], Eye = 95,
        },
        new()
        {
            Name = "knees_up", Group = "sitting", Words = ["knees up", "hugging knees", "sitting on the floor hugging"], Support = Support.Floor,
            Pelvis = new(-14), Waist = new(24), Chest = new(24), Neck = new(10), Head = new(10, 0, 6),
            Left = Touch(Joint.LeftKnee, new(-5, -16, 7), new(1, 0, 0), new(-1, -0.1f, 0.1f), new(0, 0.1f, -1)), Right = Touch(Joint.LeftKnee, new(-4, -13, 8), new(1, 0, 0), new(-1, -0.1f, 0.1f), new(0, 0.1f, -1)),
            LeftLeg = Stand(9, 38, yaw: 6), RightLeg = Stand(9, 36, yaw: 6), Vary = 0.4f, Views = [45, 70, -50], Eye = 100,
        },
        new()
        {
            Name = "side_sitting", Group = "sitting", Words = ["side sitting", "mermaid", "sitting sideways"], Support = Support.Floor,
            Pelvis = new(-4, -14, 0), Waist = new(4, 12, 4), Chest = new(0, 12, 8), Neck = new(0, 6), Head = new(4, 6, 12),
            Right = OnFloor(40, -8, new(0.5f, 0, -1), 60), Left = Touch(Joint.LeftHip, new(2, -30, 8), new(1, -0.3f, -0.3f), new(-0.2f, -0.8f, 0.4f), new(-0.1f, -0.4f, -0.8f)),
            LeftLeg = Lift(82, 50, 128, twist: -52, ankle: 45), RightLeg = Lift(84, 40, 132, twist: 80, ankle: 24), Vary = 0.4f, Views = [0, 25, -25], Eye = 105,
        },
    ];

    private static IReadOnlyList<Stance> Low =>
    [
        new()
        {
            Name = "crouching", Group = "crouching", Words = ["crouch", "crouching", "huddled"],
            Pelvis = new(34, 0, 6), Waist = new(20), Chest = new(16, 0, -6), Neck = new(-14), Head = new(-16, 0, 8),
            Left = Touch(Joint.LeftKnee, new(1, 2, 10), new(1, -0.4f, -0.2f), new(-0.3f, -0.6f, 0.6f)), Right = new() { To = new(27, 15, 36), ElbowTo = new(1, 0, -0.6f), Grip = Grip.Relaxed },
            LeftLeg = Stand(13, 13, yaw: 16), RightLeg = Stand(12, -12, yaw: 14, heel: 48), Straight = 0.56f, Weight = 0.55f, Views = [30, 50, -35, -60], Eye = 105,
        },
        new()
        {
            Name = "squatting", Group = "crouching", Words = ["squat", "squatting"],
            Pelvis = new(26), Waist = new(14), Chest = new(8), Neck = new(-8), Head = new(-8),
            Left = Raise(64, 14, 20, grip: Grip.Relaxed), Right = Raise(62, 14, 24), LeftLeg = Stand(18, 2, yaw: 26), RightLeg = Stand(18, 0, yaw: 26), Straight = 0.60f, Views = [25, 45, -30, 80], Eye = 105,
        },
        new()
        {
            Name = "sprint_start", Group = "crouching", Words = ["sprint start", "starting block", "on your marks"], Support = Support.Stride, Shift = new(0, 0),
            Pelvis = new(74), Waist = new(14), Chest = new(4), Neck = new(-22), Head = new(-18),
            Left = OnFloor(22, 48, new(0.5f, 0.1f, -1), 24), Right = OnFloor(22, 46, new(0.5f, 0.1f, -1), 24),
            LeftLeg = Stand(9, 2, yaw: 2, heel: 40), RightLeg = Stand(9, -38, yaw: 2, heel: 52), Straight = 0.80f, Vary = 0.5f, Views = [60, 80, -65, -90], Eye = 85,
        },
        new()
        {
            Name = "stalking", Group = "crouching", Words = ["stalk", "stalking", "sneaking", "creeping", "stealth"],
            Pelvis = new(30, 0, 10), Waist = new(10), Chest = new(6, 0, -8), Neck = new(-14), Head = new(-12, 0, -8),
            Left = Raise(58, 30, 58, grip: Grip.Open), Right = Raise(36, 150, 62, grip: Grip.Open), LeftLeg = Stand(10, 34, yaw: 8), RightLeg = Stand(10, -30, yaw: 14, heel: 44), Straight = 0.78f, Weight = 0.6f, Views = [35, 60, -45], Eye = 105,
        },
        new()
        {
            Name = "kneeling", Group = "kneeling", Words = ["kneel", "kneeling", "on knees"],
            Pelvis = new(-2, 3), Waist = new(2), Chest = new(0, -3), Head = new(4, 0, 8), Left = Hang(12, 40, 20), Right = Hang(10, 55, 18), LeftLeg = Kneel(11, 2), RightLeg = Kneel(10, -1), Views = [30, 50, -35, 0], Eye = 105,
        },
        new()
        {
            Name = "kneeling_one_knee", Group = "kneeling", Words = ["one knee", "half kneeling", "knight", "proposal", "genuflect"],
            Pelvis = new(4, 0, -4), Waist = new(4), Chest = new(4, 0, 4), Neck = new(4), Head = new(6),
            Left = Touch(Joint.LeftKnee, new(0, 6, 4), new(1, -0.5f, -0.4f), new(-0.3f, -0.7f, 0.5f), new(-0.1f, -0.6f, -0.8f)), Right = Hang(12, 60, 20),
            LeftLeg = Stand(11, 42, yaw: 6), RightLeg = Kneel(10, -4, tucked: 50), Weight = 0.45f, Views = [35, 60, -40, -70], Eye = 105,
        },
        new()
        {
            Name = "sitting_on_heels", Group = "kneeling", Words = ["seiza", "sitting on heels", "kneeling back"], Support = Support.Stride, Shift = new(0, -36),
            Pelvis = new(2), Waist = new(6), Chest = new(0), Head = new(6), Left = Touch(Joint.LeftHip, new(0, -26, 9), new(1, -0.3f, -0.5f), new(-0.3f, -0.8f, 0.3f), new(-0.1f, -0.4f, -0.8f)), Right = Touch(Joint.LeftHip, new(0, -26, 9), new(1, -0.3f, -0.5f), new(-0.3f, -0.8f, 0.3f), new(-0.1f, -0.4f, -0.8f)),
            LeftLeg = Kneel(10, 0, yaw: 2), RightLeg = Kneel(10, 0, yaw: 2), Vary = 0.3f, Views = [25, 45, -30, 80], Eye = 95,
        },
        new()
        {
            Name = "all_fours", Group = "kneeling", Words = ["all fours", "crawl", "crawling", "hands and knees"], Support = Support.Stride,
            Pelvis = new(82), Waist = new(4), Chest = new(2, 0, 3), Neck = new(-24), Head = new(-18, 0, 6),
            Left = OnFloor(19, 44, new(0.25f, 0, -1), 4), Right = OnFloor(18, 52, new(0.25f, 0, -1), 4), LeftLeg = Kneel(11, 4), RightLeg = Kneel(10, -6), Vary = 0.5f, Views = [55, 75, -60, 25], Eye = 95,
        },
        new()
        {
            Name = "plank", Group = "crouching", Words = ["plank", "push-up", "push up", "press-up"], Support = Support.Stride, Shift = new(0, 91),
            Pelvis = new(73), Waist = new(0), Chest = new(-2), Neck = new(-14), Head = new(-10),
            Left = OnFloor(20, 45, new(0.25f, 0, -1), 4), Right = OnFloor(20, 45, new(0.25f, 0, -1), 4), LeftLeg = Stand(8, 0, yaw: 2, heel: 62), RightLeg = Stand(8, 0, yaw: 2, heel: 62), Straight = 0.996f, Vary = 0.3f, Views = [60, 80, -65, 40], Eye = 85,
        },
    ];
}
